//! The case of letters of all scripts. In wasm JavaScript's own: core's tables take 6 KiB of the module.

pub fn lower(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    let text = js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    let text = text.to_lowercase();
    text
}

pub fn upper(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    let text = js_sys::JsString::from(text).to_upper_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    let text = text.to_uppercase();
    text
}
