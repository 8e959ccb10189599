//! Text of others in a page: never markup, never script.

use super::super::shell::{SCRIPT, SCRIPT_SHA256, STYLE, escaped};
use super::country::HOSTILE;
use super::{MadeUp, blocks, released, report};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::{prop_assert, proptest};
use sha2::{Digest, Sha256};

#[test]
fn the_policy_names_the_script_and_nothing_else_may_run() {
    assert_eq!(SCRIPT_SHA256.trim(), STANDARD.encode(Sha256::digest(SCRIPT)), "npm run build writes both");
    let html = report(&released(MadeUp::default())).html;
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{}'; style-src \
         'unsafe-inline'; img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'\">",
        SCRIPT_SHA256.trim()
    );
    assert!(html.contains(&policy));
    // What the browser hashes is what stands between the tags, to the byte.
    let (_, rest) = html.rsplit_once("<script>").unwrap();
    assert_eq!(rest.split_once("</script>").unwrap().0, SCRIPT);
    assert!(html.find("Content-Security-Policy").unwrap() < html.find("<style>").unwrap());
}

#[test]
fn script_and_style_cannot_end_their_own_element_or_reach_out() {
    for own in [SCRIPT, STYLE] {
        let lower = own.to_lowercase();
        for never in ["</script", "</style", "<!--", "@import", "url(http", "url(//"] {
            assert!(!lower.contains(never), "{never}");
        }
    }
    let addresses: Vec<&str> =
        SCRIPT.match_indices("http").map(|at| &SCRIPT[at.0..SCRIPT.len().min(at.0 + 26)]).collect();
    assert_eq!(addresses, ["http://www.w3.org/2000/svg"], "the name of a namespace, no address");
    for never in ["fetch(", "XMLHttpRequest", "WebSocket", "eval(", "innerHTML", "document.write", "import("] {
        assert!(!SCRIPT.contains(never), "{never}");
    }
}

#[test]
fn hostile_names_are_in_the_data_and_nowhere_else() {
    let html = report(&released(MadeUp { is_hostile: true, ..MadeUp::default() })).html;
    let names = super::column(&blocks(&html)["areas_admin"], "area_name");
    for hostile in HOSTILE {
        assert!(names.contains(&Some(hostile.into())), "as it was given: {hostile}");
        assert!(!html.contains(hostile), "{hostile}");
    }
    // The title alone holds text of others, escaped.
    assert!(html.contains("<title>&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; 2031-04-19</title>"));
    assert_eq!(html.matches("<script").count(), 11, "ten blocks of data and the one script");
    assert_eq!(html.matches("<img").count() + html.matches("<svg").count(), 0);
}

proptest! {
    #[test]
    fn escaped_text_has_no_markup(text in ".*") {
        let safe = escaped(&text);
        prop_assert!(!safe.contains(['<', '>', '"', '\'']) && !safe.chars().any(char::is_control));
        prop_assert!(safe.split('&').skip(1).all(|own| own.contains(';')));
    }
}
