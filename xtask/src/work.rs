//! Running things: headings, commands that may talk, commands that are listened to, and two of them at a time.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Prints the heading of a step.
pub fn heading(title: &str) {
    println!("\n== {title}");
}

/// Runs a command whose output goes to the terminal.
pub fn visibly(command: &mut Command) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", line(command))) }
}

/// Runs a command and returns what it said, on both streams; a failure holds the same.
pub fn listening(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if output.status.success() { Ok(said) } else { Err(said) }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start `{}`: {error}", command.get_program().to_string_lossy())
}

/// The command as one would type it: the program without its folder.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Does the work on each item, two at a time, and shows the results in the order of the items, each as soon as all
/// before it are shown.
pub fn two_at_a_time<Item: Sync, Done: Send>(
    items: &[Item],
    work: impl Fn(&Item) -> Done + Sync,
    mut show: impl FnMut(&Item, Done),
) {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((index, item)) = take(items, next) {
                    if sender.send((index, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting: Vec<Option<Done>> = items.iter().map(|_| None).collect();
        let mut shown = 0;
        for (index, done) in receiver {
            waiting[index] = Some(done);
            while let Some(done) = waiting.get_mut(shown).and_then(Option::take) {
                show(&items[shown], done);
                shown += 1;
            }
        }
    });
}

fn take<'items, Item>(items: &'items [Item], next: &AtomicUsize) -> Option<(usize, &'items Item)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

/// Does the work on each item, two at a time, and returns the first failure.
pub fn all<Item: Sync>(items: &[Item], work: impl Fn(&Item) -> Result<(), String> + Sync) -> Result<(), String> {
    let mut first = Ok(());
    two_at_a_time(items, work, |_, done| {
        if first.is_ok() {
            first = done;
        }
    });
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn results_are_shown_in_order() {
        let mut shown = Vec::new();
        let slow_first = |item: &u64| {
            std::thread::sleep(Duration::from_millis(30 / item));
            *item
        };
        two_at_a_time(&[1, 2, 3, 4, 5], slow_first, |_, done| shown.push(done));
        assert_eq!(shown, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_failure_is_returned() {
        let odd = |item: &u32| if item % 2 == 1 { Err(format!("{item} is odd")) } else { Ok(()) };
        assert_eq!(all(&[2, 4, 6], odd), Ok(()));
        assert_eq!(all(&[2, 3, 5], odd), Err("3 is odd".to_owned()));
    }

    #[test]
    fn a_command_that_is_not_there_says_its_name() {
        let error = listening(&mut Command::new("portolan-no-such-program")).unwrap_err();
        assert!(error.contains("portolan-no-such-program"), "{error}");
    }
}
