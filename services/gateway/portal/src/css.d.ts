declare module "*.module.css" {
  const names: Record<string, string>;
  export default names;
}
declare const __PORTAL_VERSION__: string;
