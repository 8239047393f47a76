//! Regular expressions of the configuration. In WebAssembly they are JavaScript's: an engine of its own would be 1 % of the module.

#[cfg(not(target_os = "unknown"))]
pub struct Expression(regex_lite::Regex);

#[cfg(not(target_os = "unknown"))]
impl Expression {
    pub fn new(expression: &str) -> Result<Self, String> {
        regex_lite::Regex::new(expression).map(Self).map_err(|e| e.to_string())
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(target_os = "unknown")]
pub struct Expression(js_sys::RegExp);

#[cfg(target_os = "unknown")]
impl Expression {
    pub fn new(expression: &str) -> Result<Self, String> {
        use js_sys::{Array, Function, Reflect};
        use wasm_bindgen::{JsCast, JsValue};
        // Not RegExp::new, which throws past this code.
        let class = Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"));
        let arguments = Array::of2(&JsValue::from_str(expression), &JsValue::from_str("u"));
        let made = class.and_then(|class| Reflect::construct(class.unchecked_ref::<Function>(), &arguments));
        made.map(|made| Self(made.unchecked_into())).map_err(|error| {
            let error: js_sys::Error = error.unchecked_into();
            error.message().into()
        })
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.0.test(text)
    }
}
