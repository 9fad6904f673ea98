//! In whose hands a comment was, in words: what attribution comes to for a person who reads it.

use super::Lang;
use crate::domain::attribution::Attribution;
use crate::domain::holder::Holder;
use crate::domain::routing::Routing;

/// What a holder is called; a team as the configuration calls it, else by its id.
pub fn holder(lang: Lang, routing: &Routing, holder: &Holder) -> String {
    let (ar, en) = match holder {
        Holder::NotYetRead => ("قبل وصوله إلينا", "Before it reached us"),
        Holder::Unassigned => ("غير مسند إلى أحد", "Assigned to nobody"),
        Holder::AwaitingApproval => ("بانتظار الاعتماد", "Awaiting approval"),
        Holder::AwaitingOtherBody => ("بانتظار جهة أخرى", "Awaiting another body"),
        Holder::Person(name) => return name.clone(),
        Holder::Team(id) => {
            return routing.team(id).map_or_else(|| id.to_string(), |team| team.name(lang).to_owned());
        }
    };
    lang.pick(ar, en).to_owned()
}

/// To whom the breach is counted; `None` where the deadline did not pass.
pub fn breach(lang: Lang, routing: &Routing, found: &Attribution) -> Option<String> {
    let at_breach = found.at_breach.as_ref()?;
    Some(match at_breach {
        _ if found.breached_by_system => lang
            .pick(
                "فات الموعد لأن التعليق وصل إلينا متأخرًا، فلا يُحسب التأخر على الموظفين.",
                "The deadline passed because the comment came to us late: that is not held against staff.",
            )
            .to_owned(),
        Holder::Unassigned => lang
            .pick(
                "فات الموعد والتعليق غير مسند إلى أحد.",
                "The deadline passed while it was assigned to nobody.",
            )
            .to_owned(),
        Holder::AwaitingApproval => lang
            .pick("فات الموعد والرد بانتظار الاعتماد.", "The deadline passed while it awaited approval.")
            .to_owned(),
        Holder::AwaitingOtherBody => lang
            .pick(
                "فات الموعد والتعليق بانتظار جهة أخرى.",
                "The deadline passed while it awaited another body.",
            )
            .to_owned(),
        held => {
            let whose = holder(lang, routing, held);
            lang.pick(
                format!("فات الموعد والتعليق لدى: {whose}."),
                format!("The deadline passed in the hands of {whose}."),
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::routing::Team;

    fn routing() -> Routing {
        let team =
            Team { id: "admissions".parse().unwrap(), ar: "القبول".into(), en: "Admissions".into() };
        Routing { teams: vec![team], routes: Vec::new() }
    }

    fn found(at_breach: Holder, breached_by_system: bool) -> Attribution {
        Attribution { shares: Vec::new(), at_breach: Some(at_breach), breached_by_system }
    }

    #[test]
    fn a_holder_is_called_what_people_call_them() {
        let called = |lang, word: &str| holder(lang, &routing(), &word.parse().unwrap());
        assert_eq!(called(Lang::Ar, "team:admissions"), "القبول");
        assert_eq!(called(Lang::En, "team:admissions"), "Admissions");
        assert_eq!(called(Lang::En, "team:gone"), "gone");
        assert_eq!(called(Lang::En, "staff:amna"), "amna");
    }

    #[test]
    fn a_breach_is_told_by_whose_it_is_and_late_reading_is_nobodys_here() {
        let told = |found: &Attribution| breach(Lang::En, &routing(), found).unwrap();
        let amna = Holder::Person("amna".into());
        assert_eq!(told(&found(amna.clone(), false)), "The deadline passed in the hands of amna.");
        assert!(told(&found(amna, true)).contains("not held against staff"));
        let kept = Attribution { at_breach: None, ..found(Holder::Unassigned, false) };
        assert_eq!(breach(Lang::Ar, &routing(), &kept), None);
    }
}
