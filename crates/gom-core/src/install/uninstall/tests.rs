use std::path::Path;
use std::sync::{Arc, Mutex};

use gom_select::layout::Layout;

use super::*;
use crate::cancel::Cancel;
use crate::environment::Environment;
use crate::report::Reporter;
use crate::settings::SettingFlags;

/// More files than one progress event covers.
const FILES: usize = 200;

/// Records the events, and runs a function when the deletion begins.
struct Watching {
    told: Mutex<Vec<String>>,
    at_deletion: Box<dyn Fn() + Send + Sync>,
}

impl Reporter for Watching {
    fn event(&self, event: Event<'_>) {
        if let Event::Deleting { .. } = event {
            (self.at_deletion)();
        }
        self.told.lock().unwrap().push(format!("{event:?}"));
    }
}

fn context(
    root: &Path,
    cancel: &Cancel,
    at_deletion: impl Fn() + Send + Sync + 'static,
) -> (Context, Arc<Watching>) {
    let watching = Arc::new(Watching { told: Mutex::default(), at_deletion: Box::new(at_deletion) });
    let layout = Layout::new(root.join("store"));
    let environment = Environment { cache_dir: Some(root.join("cache")), ..Environment::default() };
    let ctx = Context::new(environment, layout, &SettingFlags::default(), watching.clone(), cancel.clone())
        .unwrap();
    ctx.store.create().unwrap();
    (ctx, watching)
}

fn id(name: &str) -> ToolchainId {
    ToolchainId::parse(name).unwrap()
}

fn put(ctx: &Context, id: &ToolchainId) {
    let place = ctx.store.layout().toolchain(id);
    fs_err::create_dir_all(place.join("bin")).unwrap();
    for name in
        ["bin/go", "VERSION"].map(str::to_owned).into_iter().chain((0..FILES).map(|n| format!("file{n}")))
    {
        fs_err::write(place.join(name), "").unwrap();
    }
}

fn left(ctx: &Context) -> usize {
    let layout = ctx.store.layout();
    [layout.staging(), layout.toolchains()].iter().map(|dir| fs_err::read_dir(dir).unwrap().count()).sum()
}

#[tokio::test]
async fn the_deletion_begins_when_nothing_finds_the_toolchain_any_more_and_says_how_far_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("store/toolchains/go1.22.6.linux-amd64");
    let is_gone = move || assert!(!place.exists());
    let (ctx, watching) = context(dir.path(), &Cancel::default(), is_gone);
    let id = id("go1.22.6.linux-amd64");
    put(&ctx, &id);
    assert_eq!(uninstall(&ctx, &id).await.unwrap(), UninstallLeftovers::Nothing);
    assert_eq!(left(&ctx), 0);
    let told = watching.told.lock().unwrap();
    let deleted: Vec<&String> = told.iter().filter(|event| event.starts_with("Deleted")).collect();
    assert_eq!(deleted.len(), (FILES + 2) / 64, "{told:?}");
    assert!(told.last().unwrap().starts_with("Finished"), "{told:?}");
}

#[tokio::test]
async fn an_uninstall_that_is_interrupted_while_it_deletes_is_finished_and_the_next_gom_deletes_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let cancel = Cancel::default();
    let stop = cancel.clone();
    let (ctx, _) = context(dir.path(), &cancel, move || stop.cancel());
    let (first, second) = (id("go1.22.6.linux-amd64"), id("go1.23.4.linux-amd64"));
    put(&ctx, &first);
    put(&ctx, &second);
    assert_eq!(uninstall(&ctx, &first).await.unwrap(), UninstallLeftovers::Files);
    assert!(!ctx.store.layout().toolchain(&first).exists());
    let staging = ctx.store.layout().staging();
    assert_eq!(fs_err::read_dir(&staging).unwrap().count(), 1);

    let (ctx, _) = context(dir.path(), &Cancel::default(), || ());
    assert_eq!(uninstall(&ctx, &second).await.unwrap(), UninstallLeftovers::Nothing);
    assert_eq!(left(&ctx), 0);
}

#[tokio::test]
async fn what_another_gom_works_on_is_not_swept() {
    let dir = tempfile::tempdir().unwrap();
    let (ctx, _) = context(dir.path(), &Cancel::default(), || ());
    let (busy, other) = (id("go1.22.60.linux-amd64"), id("go1.22.6.linux-amd64"));
    let _lock = ctx.store.try_lock_toolchain(&busy).unwrap().unwrap();
    let staging = Staging::new(&ctx.store, &busy).unwrap();
    fs_err::create_dir(staging.tree()).unwrap();
    put(&ctx, &other);
    uninstall(&ctx, &other).await.unwrap();
    assert!(staging.tree().is_dir());
}
