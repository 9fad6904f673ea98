//! Numbers with what they count. Arabic has six plural forms; the rule is CLDR's.

use super::Lang;

/// Something that people are told how many there are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Working days.
    WorkingDay,
    /// Characters.
    Character,
    /// Comments.
    Comment,
}

/// The form a noun takes beside a number (CLDR 48, cardinals of `ar`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl Form {
    fn in_arabic(number: u64) -> Form {
        match (number, number % 100) {
            (0, _) => Form::Zero,
            (1, _) => Form::One,
            (2, _) => Form::Two,
            (_, 3..=10) => Form::Few,
            (_, 11..=99) => Form::Many,
            _ => Form::Other,
        }
    }
}

/// A number and its noun, such as `3 ساعات`; one and two are words of their own in Arabic.
pub fn counted(lang: Lang, number: u64, thing: Thing) -> String {
    match lang {
        Lang::Ar => arabic(number, thing),
        Lang::En => {
            let noun = english(thing);
            if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
        }
    }
}

fn english(thing: Thing) -> &'static str {
    match thing {
        Thing::Hour => "hour",
        Thing::Minute => "minute",
        Thing::WorkingDay => "working day",
        Thing::Character => "character",
        Thing::Comment => "comment",
    }
}

fn arabic(number: u64, thing: Thing) -> String {
    // One, two, few, many, other. Few follows 3 to 10, many 11 to 99, other 100, 101, 102 and the like.
    let [one, two, few, many, other] = match thing {
        Thing::Hour => ["ساعة واحدة", "ساعتان", "ساعات", "ساعة", "ساعة"],
        Thing::Minute => ["دقيقة واحدة", "دقيقتان", "دقائق", "دقيقة", "دقيقة"],
        Thing::WorkingDay => ["يوم عمل واحد", "يوما عمل", "أيام عمل", "يوم عمل", "يوم عمل"],
        Thing::Character => ["حرف واحد", "حرفان", "أحرف", "حرفًا", "حرف"],
        Thing::Comment => ["تعليق واحد", "تعليقان", "تعليقات", "تعليقًا", "تعليق"],
    };
    match Form::in_arabic(number) {
        Form::Zero => format!("0 {other}"),
        Form::One => one.to_owned(),
        Form::Two => two.to_owned(),
        Form::Few => format!("{number} {few}"),
        Form::Many => format!("{number} {many}"),
        Form::Other => format!("{number} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arabic_noun_takes_the_form_of_its_number() {
        let said = |number| counted(Lang::Ar, number, Thing::Character);
        assert_eq!(said(0), "0 حرف");
        assert_eq!(said(1), "حرف واحد");
        assert_eq!(said(2), "حرفان");
        assert_eq!(said(3), "3 أحرف");
        assert_eq!(said(10), "10 أحرف");
        assert_eq!(said(11), "11 حرفًا");
        assert_eq!(said(99), "99 حرفًا");
        assert_eq!(said(100), "100 حرف");
        assert_eq!(said(102), "102 حرف");
        assert_eq!(said(103), "103 أحرف");
        assert_eq!(said(1_111), "1111 حرفًا");
    }

    #[test]
    fn an_english_noun_is_plural_but_for_one() {
        assert_eq!(counted(Lang::En, 0, Thing::WorkingDay), "0 working days");
        assert_eq!(counted(Lang::En, 1, Thing::WorkingDay), "1 working day");
        assert_eq!(counted(Lang::En, 21, Thing::Hour), "21 hours");
    }
}
