//! Text that was already damaged when the file was written.

/// How many characters of `text` are lost for good: the replacement character, and a `?` where a letter was
/// (`XÃ TÂN TH?NG`). A question mark that ends a word is a question.
pub fn lost_characters(text: &str) -> usize {
    if !text.contains(['?', '\u{FFFD}']) {
        return 0;
    }
    let mut previous_is_word = false;
    let mut lost = 0;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\u{FFFD}' => lost += 1,
            '?' => {
                let next_is_letter = characters.peek().is_some_and(|n| n.is_alphabetic());
                if next_is_letter || (previous_is_word && characters.peek() == Some(&'?')) {
                    lost += 1;
                }
            }
            _ => {}
        }
        previous_is_word = c.is_alphabetic() || c == '\u{FFFD}' || (c == '?' && previous_is_word);
    }
    lost
}
