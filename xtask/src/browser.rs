//! The page of a review in a real browser: light, dark and on paper. Where no browser is, that is said.

use crate::work;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Browsers that can be told to work without a screen, by the names they have.
const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const CHECK: &str = include_str!("browser.js");

/// Makes the page of an example, and asks a browser what it makes of it.
pub fn run(root: &Path, cargo: fn() -> Command) -> Result<(), String> {
    work::heading("browser");
    let Some(browser) = find() else {
        println!(
            "NOT RUN: no browser is here; the page of `review` was not looked at (looked for {})",
            BROWSERS.join(", ")
        );
        return Ok(());
    };
    let folder = root.join("target/browser");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let page = page(cargo)?;
    // The check runs under the page's own rules, so it carries the mark of the page's own script.
    let checked = page.replace("</body>", &format!("<script nonce=\"portolan\">{CHECK}</script></body>"));
    fs::write(folder.join("checked.html"), checked).map_err(|error| error.to_string())?;
    fs::write(folder.join("page.html"), page).map_err(|error| error.to_string())?;
    let mut failed = 0;
    for (scheme, number) in [("light", 1), ("dark", 0)] {
        let said = opened(&browser, &folder, number, &["--dump-dom"], "checked.html")?;
        let title = said.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        let title = title.map_or("the page did not load", |(title, _)| title);
        println!("{scheme}  {title}");
        failed += usize::from(title != "CHECKED");
        let picture = format!("--screenshot={}", folder.join(format!("{scheme}.png")).display());
        opened(&browser, &folder, number, &[&picture], "page.html")?;
    }
    let paper = folder.join("paper.pdf");
    opened(&browser, &folder, 0, &[&format!("--print-to-pdf={}", paper.display())], "page.html")?;
    let bytes = fs::read(&paper).map_err(|error| format!("nothing was printed: {error}"))?;
    let pages = String::from_utf8_lossy(&bytes).matches("/Type /Page\n").count();
    println!("paper  {pages} pages, {} KB", bytes.len() / 1024);
    failed += usize::from(pages < 3);
    println!("pictures lie in {}", folder.display());
    if failed == 0 { Ok(()) } else { Err(format!("a browser finds {failed} things wrong with the page of `review`")) }
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

/// The page of an example for all its targets, with what a gate found.
fn page(cargo: fn() -> Command) -> Result<String, String> {
    let words = ["run", "--quiet", "--package", "portolan-cli", "--", "review", "examples/podcast", "--target", "all"];
    let output = cargo().args(words).args(["--format", "html", "--deny", "public"]).output();
    let output = output.map_err(|error| error.to_string())?;
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    match page.ends_with("</html>\n") {
        true => Ok(page),
        false => Err(format!("there is no page: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// Opens a page without a screen, in a profile of its own; `scheme` is 0 for dark, 1 for light.
fn opened(browser: &Path, folder: &Path, scheme: u8, what: &[&str], page: &str) -> Result<String, String> {
    let url = format!("file://{}", folder.join(page).display());
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let wish = format!("--blink-settings=preferredColorScheme={scheme}");
    let mut command = Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,1800"]);
    command.args([profile.as_str(), wish.as_str()]).args(what).arg(url);
    let output = command.output().map_err(|error| format!("{}: {error}", browser.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
