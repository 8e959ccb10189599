//! The page around script, style and data. Text of others is in the title only, escaped; all else is in the blocks.

use super::ReportLanguage;
use super::fit::Fitted;
use std::fmt::Write;

/// Built from `web/` (`npm run build`), committed, so that no build of hexodus needs Node.
pub(super) const SCRIPT: &str = include_str!("bundle/report.js");
/// Likewise.
pub(super) const STYLE: &str = include_str!("bundle/report.css");
/// SHA-256 of the script in base64: the one script that a browser may run in the page. Written by the same build.
pub(super) const SCRIPT_SHA256: &str = include_str!("bundle/report.js.sha256");

/// The whole page.
pub(super) fn page(fitted: &Fitted, language: ReportLanguage) -> String {
    let hash = SCRIPT_SHA256.trim();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{hash}'; \
         style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"hexodus {}\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <noscript><p class=\"stop\">This page needs its own script to show the figures. The same figures are in the \
         tables beside it: indicators_admin.csv. / Cette page a besoin de son script pour afficher les chiffres. Les \
         mêmes chiffres sont dans les tableaux joints : indicators_admin.csv.</p></noscript>\n\
         <div id=\"page\"></div>\n",
        language.code(),
        env!("CARGO_PKG_VERSION"),
        escaped(&fitted.title),
    );
    for block in &fitted.blocks {
        _ = writeln!(
            page,
            "<script type=\"application/octet-stream\" data-block=\"{}\">{}</script>",
            escaped(&block.name),
            block.base64
        );
    }
    _ = write!(page, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

/// Text for an element or a quoted attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for own in text.chars() {
        match own {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            own if own.is_control() => safe.push(' '),
            own => safe.push(own),
        }
    }
    safe
}
