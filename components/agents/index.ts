/** Layer: agents of somebody else that are pointed at a model. */
export { Agent } from "./agent";
