//! The number formats of a spreadsheet under which a number is shown as a code: 901 as 0901.

/// A format that shows a whole number figure by figure, with noughts before it and marks between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figures {
    pieces: Vec<Piece>,
}

/// One place of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// A figure that is always shown.
    Nought,
    /// A figure that is shown where the number has one.
    Figure,
    /// A character of its own.
    Mark(char),
}

impl Figures {
    /// Reads a format code (ECMA-376, 18.8.31); `None` where it says more than figures and marks, such as a fraction,
    /// a date, groups of thousands or a colour, or where it adds nothing.
    pub(super) fn of(code: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                '0' => pieces.push(Piece::Nought),
                '#' => pieces.push(Piece::Figure),
                // What follows is for negative numbers and nought.
                ';' => break,
                '\\' => pieces.push(Piece::Mark(characters.next()?)),
                '"' => loop {
                    match characters.next()? {
                        '"' => break,
                        quoted => pieces.push(Piece::Mark(quoted)),
                    }
                },
                '-' | ' ' | '(' | ')' => pieces.push(Piece::Mark(character)),
                _ => return None,
            }
        }
        let tells = |piece: &Piece| !matches!(piece, Piece::Figure);
        let figures = pieces.iter().filter(|piece| !matches!(piece, Piece::Mark(_))).count();
        // `0` alone shows a number as it is.
        (figures > 0 && pieces.iter().any(tells) && pieces != [Piece::Nought]).then_some(Self { pieces })
    }

    /// A whole number, as its plain figures, in this format; `None` for every other number.
    pub(super) fn show(&self, plain: &str) -> Option<String> {
        if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut left: Vec<char> = plain.chars().collect();
        let mut shown = Vec::new();
        let first = self.pieces.iter().position(|piece| !matches!(piece, Piece::Mark(_)))?;
        for (place, piece) in self.pieces.iter().enumerate().rev() {
            match piece {
                Piece::Mark(mark) => shown.push(*mark),
                Piece::Nought => shown.push(left.pop().unwrap_or('0')),
                Piece::Figure => shown.extend(left.pop()),
            }
            if place == first {
                // A number that is longer than its format keeps all its figures.
                shown.extend(left.drain(..).rev());
            }
        }
        Some(shown.into_iter().rev().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_see_it() {
        let shown = |code: &str, plain: &str| Figures::of(code).and_then(|figures| figures.show(plain));
        for (code, plain, seen) in [
            ("0000", "901", "0901"),
            ("000", "9", "009"),
            ("00", "12345", "12345"),
            ("\"P\"00000", "9012", "P09012"),
            ("00\\-00\\-00", "90201", "09-02-01"),
            ("000-0000", "8111234", "811-1234"),
            ("0000;[Red]-0000", "7", "0007"),
            ("\"第\"#\"号\"", "12", "第12号"),
        ] {
            assert_eq!(shown(code, plain).as_deref(), Some(seen), "{code}");
        }
    }

    #[test]
    fn what_is_no_code_stays_the_number_that_it_is() {
        for code in
            ["General", "0", "#", "0.00", "#,##0", "0%", "0.0E+0", "yyyy/m/d", "@", "[$-411]ggge", "\"閉じない", ""]
        {
            assert_eq!(Figures::of(code), None, "{code}");
        }
        let figures = Figures::of("0000").expect("a code");
        for plain in ["-5", "1.5", "1e20", ""] {
            assert_eq!(figures.show(plain), None, "{plain}");
        }
    }
}
