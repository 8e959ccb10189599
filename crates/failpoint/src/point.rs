//! Which points there are: one line each.

macro_rules! points {
    ($($variant:ident = $name:literal,)*) => {
        /// A place where a run may be stopped. Its name says whose step comes next, or has just been done.
        #[expect(missing_docs, reason = "the name says it")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Point { $($variant,)* }

        impl Point {
            /// All of them, in the order a run meets them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As written in the environment variable.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

points! {
    SweepRemove = "store.sweep.remove",
    DeliveryRead = "intake.delivery.read",
    DeliverySettled = "intake.delivery.settled",
    FolderCreate = "store.folder.create",
    FolderCreated = "store.folder.created",
    PartCreate = "store.part.create",
    PartWrite = "store.part.write",
    PartSync = "store.part.sync",
    PartSynced = "store.part.synced",
    PartWritten = "store.part.written",
    DeliveryWritten = "intake.delivery.written",
    ManifestCreate = "store.manifest.create",
    ManifestWrite = "store.manifest.write",
    ManifestSync = "store.manifest.sync",
    ManifestRename = "store.manifest.rename",
    ManifestRenamed = "store.manifest.renamed",
    ManifestCommitted = "store.manifest.committed",
    ReplacedRemove = "store.replaced.remove",
    DeliveryCommitted = "intake.delivery.committed",
    IntakeEnd = "intake.end",
    ReduceBegin = "reduce.begin",
    ReduceWritten = "reduce.written",
    RequestBegin = "request.begin",
    RequestWritten = "request.written",
    FlowsBegin = "flows.begin",
    FlowsWritten = "flows.written",
    CrisisBegin = "crisis.begin",
    CrisisCounted = "crisis.counted",
    CrisisWritten = "crisis.written",
    CrisisCommitted = "crisis.committed",
    ReleaseBegin = "release.begin",
    ReleaseFolderCreate = "release.folder.create",
    ReleaseFileCreate = "release.file.create",
    ReleaseFileWrite = "release.file.write",
    ReleaseFileSync = "release.file.sync",
    ReleaseFolderSync = "release.folder.sync",
    ReleaseOldAside = "release.old.aside",
    ReleaseNewShow = "release.new.show",
    ReleaseNewShown = "release.new.shown",
    ReleaseOldRemove = "release.old.remove",
    ReleaseShown = "release.shown",
    ReleaseRecorded = "release.recorded",
    StagedWritten = "shard.delivery.written",
    StagedShown = "shard.delivery.shown",
    OutgoingWritten = "outgoing.written",
    OutgoingEntered = "outgoing.entered",
    KeyCreated = "key.created",
    KeyRecorded = "key.recorded",
    KeyKept = "key.kept",
    KeyReplaced = "key.replaced",
}
