/** What answers the program and the policy pack of a run. */
export { Providers } from "../providers";
export { Analyzer } from "./analyzer";
export { Callbacks } from "./callbacks";
export { Deployment } from "./deployment";
export { Hooks } from "./hooks";
export { Monitor } from "./monitor";
export { supervise } from "./supervise";
