/** The address of a JSON file that page-data.ts makes. */
declare module 'page-data:*' {
  const address: string;
  export default address;
}
