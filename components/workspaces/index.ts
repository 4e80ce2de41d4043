/** Layer: workspaces of developers in the browser, and the keys with which their assistant calls the models. */
import type { OperatorsOf } from "../layer";

/** Dev Spaces brings the operator of workspaces. */
export const operators: OperatorsOf = ({ workspaces }) =>
    workspaces === undefined
        ? []
        : ["devspaces", ...(workspaces.imagePuller === undefined ? [] : ["kubernetes-imagepuller-operator" as const])];

export { DevSpaces } from "./devSpaces";
export { WorkspaceKeys } from "./keys";
export { type AssistantFiles, removeWorkspaceHook, Workspace } from "./workspace";
