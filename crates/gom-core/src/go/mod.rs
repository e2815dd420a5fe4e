//! Go's own settings, folders, module proxies and workspace, as gom needs them: views of
//! [`gom_select::go_settings`].

pub mod default_proxy;
pub mod paths;
pub mod proxies;
pub mod settings;
pub mod switching;
pub mod work;
