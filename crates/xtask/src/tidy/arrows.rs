//! The arrows between crates: stairs go down only.

use crate::floors::{FLOORS, Floor};
use crate::project::Project;
use cargo_metadata::{DependencyKind, Package};

/// Findings about dependencies that the table of floors does not allow.
pub fn check(project: &Project) -> Vec<String> {
    let mut findings = Vec::new();
    for package in project.packages() {
        let name = package.name.as_str();
        match FLOORS.iter().find(|floor| floor.name == name) {
            Some(floor) => findings.extend(of_package(floor, &shipped_dependencies(package))),
            None => findings.push(format!("{name}: this crate stands on no floor of the table in floors.rs")),
        }
    }
    findings
}

/// Names of the dependencies that are part of what is shipped, with those of single targets, without those of tests.
fn shipped_dependencies(package: &Package) -> Vec<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| dependency.name.as_str())
        .collect()
}

fn of_package(floor: &Floor, dependencies: &[&str]) -> Vec<String> {
    let name = floor.name;
    let is_ours = |dependency: &str| FLOORS.iter().any(|floor| floor.name == dependency);
    dependencies
        .iter()
        .filter_map(|dependency| {
            if is_ours(dependency) && !floor.may.contains(dependency) {
                let allowed = if floor.may.is_empty() { "none".into() } else { floor.may.join(", ") };
                return Some(format!("{name} → {dependency}: not an arrow of the house (allowed: {allowed})"));
            }
            floor.never.contains(dependency).then(|| format!("{name} → {dependency}: this floor must never know it"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_up_and_forbidden_crates_are_found_and_others_not() {
        let findings = |name: &str, dependencies: &[&str]| {
            FLOORS.iter().filter(|floor| floor.name == name).flat_map(|floor| of_package(floor, dependencies)).count()
        };
        for (name, dependencies, expected) in [
            ("crm-domain", &["minicbor", "serde"][..], 0),
            ("crm-domain", &["crm-protocol"][..], 1),
            ("crm-domain", &["tokio", "web-sys"][..], 2),
            ("crm-server", &["crm-replica"][..], 1),
            ("crm-server", &["crm-demo", "axum"][..], 0),
            ("web", &["crm-testkit"][..], 1),
            ("crm-replica", &["crm-domain", "crm-protocol"][..], 0),
        ] {
            assert_eq!(findings(name, dependencies), expected, "{name} {dependencies:?}");
        }
    }

    #[test]
    fn the_table_itself_has_no_cycle() {
        // Each floor may stand only on floors that stand without it.
        fn reaches(from: &Floor, goal: &str) -> bool {
            from.may
                .iter()
                .any(|name| *name == goal || FLOORS.iter().any(|floor| floor.name == *name && reaches(floor, goal)))
        }
        for floor in &FLOORS {
            assert!(!reaches(floor, floor.name), "{}", floor.name);
        }
    }
}
