/** Layer: users, their passwords and their logins. */
import type { OperatorsOf } from "../layer";
import { needsExternalSecrets } from "./identity";

export const operators: OperatorsOf = ({ identity }) =>
    needsExternalSecrets(identity) ? ["openshift-external-secrets-operator"] : [];

export type { WritableStore } from "./externalSecrets";
export { hasIdentities, Identity, needsExternalSecrets } from "./identity";
export { VAULT_NAME, VAULT_PORT } from "./vaultAccess";
export { VAULT_AUTHORITY, VAULT_LABELS } from "./vaultStatefulSet";
export { removeProvidersHook } from "./oauth";
