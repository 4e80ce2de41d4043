/** Names of developer workspaces: their namespaces, accounts and keys. */
import { slug } from "../identity";

/** Namespace of Dev Spaces. Editors and templates name it. Source: docs/sources/workspaces.md#dev-spaces. */
export const DEV_SPACES_NAMESPACE = "openshift-devspaces";

/** The one CheCluster of the cluster. */
export const CHE_CLUSTER = "devspaces";

/** ServiceAccount of all pods of a workspace, in the namespace of its user. The key of the workspace belongs to it. */
export const WORKSPACE_ACCOUNT = "maas-workspace";

/** ConfigMap in the namespace of a user with the configuration of the Continue assistant. */
export const CONTINUE_CONFIG = "continue";

/** Folder of a workspace that Continue reads its configuration from, and writes to. */
export const CONTINUE_FOLDER = "/home/user/.continue";

/** ConfigMap in the namespace of a user with the page that the IDE opens at its first start. */
export const GETTING_STARTED = "getting-started";

/** Folder of a workspace that it is mounted in; a folder of the IDE as well. */
export const GETTING_STARTED_FOLDER = "/home/user/getting-started";

/**
 * The folder in which Dev Spaces mounts the authorities that workspaces trust: that of the image's own, or a folder of its own where
 * `trustedCerts.disableWorkspaceCaBundleMount` is set and in older releases. Source: docs/sources/workspaces.md#dev-spaces.
 */
export const AUTHORITY_FILES = ["/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/public-certs/tls-ca-bundle.pem"] as const;

/** Secret in the namespace of a user with the API key of the workspace. */
export const KEY_SECRET = "maas-api-key";

/** Environment variable of a workspace that holds the API key; Continue reads it as a secret of the same name. */
export const KEY_VARIABLE = "MAAS_API_KEY";

/**
 * Namespace of the Job that creates the keys. Nobody but administrators may enter it: its account acts for all workspaces.
 */
export const KEYS_NAMESPACE = "maas-workspace-keys";

/** Annotations of {@link KEY_SECRET}, which say what key it holds; the key itself is in its data alone. */
export const KEY_ANNOTATIONS = {
    id: "maas-platform.io/key-id",
    previous: "maas-platform.io/previous-key-id",
    subscription: "maas-platform.io/subscription",
    expires: "maas-platform.io/key-expires",
} as const;

/** Annotation by which Dev Spaces finds the namespace of a user: the exact name at login. */
export const USER_ANNOTATION = "che.eclipse.org/username";

/**
 * Labels of a ConfigMap in {@link DEV_SPACES_NAMESPACE} whose authorities all workspaces trust. Source:
 * docs/sources/workspaces.md#dev-spaces.
 */
export const TRUSTED_LABELS = {
    "app.kubernetes.io/part-of": "che.eclipse.org",
    "app.kubernetes.io/component": "ca-bundle",
} as const;

/** Labels by which Dev Spaces knows a namespace of workspaces. Source: docs/sources/workspaces.md#dev-spaces. */
export const WORKSPACE_LABELS = {
    "app.kubernetes.io/part-of": "che.eclipse.org",
    "app.kubernetes.io/component": "workspaces-namespace",
} as const;

/**
 * The namespace of a user's workspaces. A user whose name is no DNS label (a mail address, upper case, a long name) gets a name
 * with a hash, so that two users never share a namespace.
 */
export function workspaceNamespace(user: string): string {
    return `wksp-${slug(user)}`;
}

/** The name of a workspace's ServiceAccount as subscriptions, policies and usage show it. */
export function workspaceIdentity(user: string): string {
    return `system:serviceaccount:${workspaceNamespace(user)}:${WORKSPACE_ACCOUNT}`;
}

/** The group of all ServiceAccounts in the namespace of a user's workspaces, which tiers of release 3.3 name. */
export function workspaceGroup(user: string): string {
    return `system:serviceaccounts:${workspaceNamespace(user)}`;
}
