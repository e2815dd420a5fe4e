//! What a user sees of each verb: the shipped gom in a home of its own, with a network of its own, and its
//! exit code, standard output and standard error in full.
//!
//! It never looks into gom: only at what gom prints and leaves on the disk. Invariant: no test here depends
//! on which Go releases exist today; what is `latest` is made up by the test.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod abandoned;
mod aliases;
mod audit;
mod bad_input;
mod bisect;
mod broken;
mod bump;
mod bump_stopped;
mod bump_tidy;
mod bump_workflow;
mod cache;
mod check;
mod completions;
mod completions_asked;
mod completions_by_tab;
mod config;
mod docker;
mod dockerfile;
mod each;
mod env;
mod exec;
mod exec_env_file;
mod exec_environment;
mod find;
mod guides;
mod help;
mod import;
mod install;
mod json;
mod layouts;
mod link;
mod list;
mod list_used;
mod local;
mod local_warnings;
mod lock;
mod near_first;
mod not_utf8;
mod outdated;
mod output;
mod outranked;
mod picker;
mod prune;
mod prune_module_cache;
mod releases;
mod repair;
mod security_notice;
mod settings;
mod setup;
mod specs;
mod stores;
mod sync;
mod tools;
mod uninstall;
mod upgrade;
mod use_default;
mod which;
mod without_proc;
