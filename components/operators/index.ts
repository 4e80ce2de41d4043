/** Operators from OLM. */
export { Operator } from "./operator";
