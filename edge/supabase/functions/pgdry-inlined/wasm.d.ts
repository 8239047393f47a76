/** pgdry_bg.wasm, gzip, base64. */
declare const packed: string;
export default packed;
