//! What crosses to JavaScript: plain data by serde-wasm-bindgen, errors as `Error`s with a `code`.

use crate::Project;
use crate::config::Config;
use crate::generate::schema::Schema;
use crate::generate::typescript::TypesOptions;
use crate::report::Report;
use crate::source::SourceFile;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// A JavaScript `Error` with a `code`.
fn error(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property of a fresh Error cannot fail.
    let _ = js_sys::Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// The version of pgdry.
#[wasm_bindgen]
pub fn version() -> String {
    crate::VERSION.to_string()
}

/// A project of migrations, checked as a chain.
#[wasm_bindgen]
pub struct Validator {
    project: Project,
}

#[wasm_bindgen]
impl Validator {
    /// Throws an `Error` with the code `config` when the configuration is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "Partial<Config>")] config: JsValue,
    ) -> Result<Validator, JsValue> {
        let mut config: Config = read(config, "config")?;
        if config.now.is_none() {
            // 2025-01-31T12:00:00.000Z without what stands between the digits.
            let now = String::from(js_sys::Date::new_0().to_iso_string());
            config.now = Some(now.chars().filter(char::is_ascii_digit).take(14).collect());
        }
        let config = config.validated().map_err(|e| error("config", &e.to_string()))?;
        Ok(Self { project: Project::new(config) })
    }

    /// Loads a file of the base, such as pg_dump's output, over what is there before the first migration. Returns what PostgreSQL would refuse of it.
    #[wasm_bindgen(js_name = loadBase)]
    pub fn load_base(&mut self, path: &str, text: &str) -> Vec<String> {
        self.project.load_base(&SourceFile::new(path, text)).iter().map(|e| e.to_string()).collect()
    }

    /// Adds a file, or gives it a new text. Files are checked in the order of their names.
    #[wasm_bindgen(js_name = setFile)]
    pub fn set_file(&mut self, path: &str, text: &str) {
        self.project.set_file(SourceFile::new(path, text));
    }

    /// Removes a file; without effect when there is none of that path.
    #[wasm_bindgen(js_name = removeFile)]
    pub fn remove_file(&mut self, path: &str) {
        self.project.remove_file(path);
    }

    /// Checks all files.
    pub fn check(&mut self) -> Result<Ts<Report>, JsValue> {
        self.project.check().into_ts().map_err(|e| error("internal", &e.to_string()))
    }

    /// The TypeScript types of the schema that the files leave. Throws an `Error` with the code `options`.
    pub fn types(
        &mut self,
        #[wasm_bindgen(unchecked_optional_param_type = "Partial<TypesOptions>")] options: JsValue,
    ) -> Result<String, JsValue> {
        let options: TypesOptions = read_over(&self.project.config().types, options, "options")?;
        Ok(self.project.types(&options).text)
    }

    /// The schema that the files leave.
    pub fn schema(&mut self) -> Result<Ts<Schema>, JsValue> {
        self.project.schema().into_ts().map_err(|e| error("internal", &e.to_string()))
    }

    /// The same as SQL, which makes that schema on a fresh database.
    #[wasm_bindgen(js_name = schemaSql)]
    pub fn schema_sql(&mut self) -> String {
        self.project.schema_sql()
    }
}

/// Reads an options object over what holds without it.
fn read_over<T: serde::Serialize + serde::de::DeserializeOwned>(
    default: &T,
    value: JsValue,
    code: &str,
) -> Result<T, JsValue> {
    let given: serde_json::Map<String, serde_json::Value> = read(value, code)?;
    let mut all = serde_json::to_value(default).map_err(|e| error("internal", &e.to_string()))?;
    for (key, value) in given {
        all[&key] = value;
    }
    serde_json::from_value(all).map_err(|e| error(code, &e.to_string()))
}

/// Reads an options object; `undefined` and `null` are the defaults.
fn read<T: Default + serde::de::DeserializeOwned>(value: JsValue, code: &str) -> Result<T, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    // Through plain JSON: read as a struct, an object's unknown keys would pass unseen.
    let json: serde_json::Value = serde_wasm_bindgen::from_value(value).map_err(|e| error(code, &e.to_string()))?;
    serde_json::from_value(json).map_err(|e| error(code, &e.to_string()))
}
