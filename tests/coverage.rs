//! `docs/coverage.md` names rules that there are.

use pgdry::rules;

#[test]
fn every_rule_that_the_page_names_exists() {
    let page = include_str!("../docs/coverage.md");
    let is_rule = |name: &&str| {
        name.split_once('/').is_some_and(|(family, bare)| {
            let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            word(family) && word(bare)
        })
    };
    let mut names: Vec<&str> = page.split('`').skip(1).step_by(2).filter(is_rule).collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 100, "{} rules named", names.len());
    names.retain(|name| rules::find(name).is_none());
    assert!(names.is_empty(), "there is no {}", names.join(", "));
}
