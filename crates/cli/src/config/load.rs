//! Reading the configuration, with the line and a suggestion where it is wrong.

use super::Config;
use crate::failure::{Exit, Failure};
use miette::{LabeledSpan, NamedSource, miette};
use std::path::Path;

/// Reads a configuration file.
///
/// # Errors
/// Exit 2, showing the line, what was expected and the nearest key that exists.
pub fn load(path: &Path) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let hint = "`hexodus init` writes a commented one; --config names another";
        Failure::new(Exit::Usage, miette!(help = hint, "cannot read {}: {error}", path.display()))
    })?;
    parse(&text, &path.display().to_string())
}

fn parse(text: &str, name: &str) -> Result<Config, Failure> {
    let config: Config = toml::from_str(text).map_err(|error| explain(&error, text, name))?;
    if config.source.is_empty() {
        return Err(Failure::usage(format!("{name}: no [[source]]: which dumps should be read?")));
    }
    Ok(config)
}

fn explain(error: &toml::de::Error, text: &str, name: &str) -> Failure {
    let message = error.message().to_owned();
    let help = suggestion(&message).unwrap_or_else(|| "`hexodus init` writes a commented example".into());
    let span = error.span().unwrap_or(0..0);
    let label = LabeledSpan::at(span, message.clone());
    let source = NamedSource::new(name, text.to_owned());
    Failure::new(
        Exit::Usage,
        miette!(labels = vec![label], help = help, "configuration: {message}").with_source_code(source),
    )
}

/// From "unknown field `glb`, expected one of `glob`, `delimiter`": did you mean `glob`?
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let typed = quoted.next().filter(|_| message.starts_with("unknown"))?;
    let nearest = quoted
        .max_by(|left, right| strsim::jaro_winkler(typed, left).total_cmp(&strsim::jaro_winkler(typed, right)))?;
    (strsim::jaro_winkler(typed, nearest) > 0.7).then(|| format!("did you mean `{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_of_every_preset_is_a_configuration() {
        for preset in hexodus_ingest::preset::PRESETS {
            let config = parse(&super::super::template::text(preset), preset).unwrap();
            for source in config.source {
                hexodus_ingest::resolve_preset(source).unwrap();
            }
        }
    }

    #[test]
    fn a_misspelt_key_gets_a_suggestion() {
        let text = "[time]\nzone = \"UTC\"\n[[source]]\nid = \"a\"\n[source.file]\nglb = \"*.csv\"\n";
        let failure = parse(text, "hexodus.toml").unwrap_err();
        let shown = format!("{:?}", failure.report());
        assert!(shown.contains("did you mean `glob`?") && shown.contains("glb = "), "{shown}");
        assert_eq!(failure.exit(), Exit::Usage);
    }
}
