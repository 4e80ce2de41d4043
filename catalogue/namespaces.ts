/** Namespaces that belong to somebody already, so that no setting may ask for them to be created. Pure. */
import { CERT_MANAGER_NAMESPACE } from "./certificates";
import { APPLICATIONS_NAMESPACE } from "./openshiftai/names";
import { operatorEntry, operatorPackages } from "./operators";
import { recordOf, type Release, releases } from "./releases";
import { DEFAULT_TENANT, tenantNamespace, TENANTS_NAMESPACE } from "./tenancy";
import { KEYS_NAMESPACE, workspaceNamespace } from "./workspaces/names";

/** Names that Kubernetes and OpenShift keep for themselves. Source: docs/sources/openshift.md#reserved-namespaces. */
const RESERVED = /^(default|openshift|(openshift|kube)-.*)$/;

/** The prefix of the namespaces of workspaces. */
const WORKSPACES = workspaceNamespace("a").slice(0, -1);

/** Namespaces of the platform, and of the products that it installs, whatever a stack uses of them. */
const OWN: Readonly<Record<string, string>> = {
    "maas-platform": "the records of this program",
    "maas-db": "the database of the API keys",
    "maas-observability": "the traces of this platform",
    [APPLICATIONS_NAMESPACE]: "OpenShift AI",
    "redhat-ods-monitoring": "OpenShift AI",
    "rhods-notebooks": "OpenShift AI",
    "rhoai-model-registries": "OpenShift AI",
    "model-registry-db": "the database of the model registry",
    [DEFAULT_TENANT]: "Models-as-a-Service",
    [TENANTS_NAMESPACE]: "Models-as-a-Service",
    [CERT_MANAGER_NAMESPACE]: "cert-manager",
    "external-secrets": "External Secrets",
    [KEYS_NAMESPACE]: "the keys of the workspaces",
    vault: "Vault",
};

/**
 * Whom a namespace belongs to, in words: OpenShift, an operator of the catalogue, a product, or this program.
 *
 * @returns undefined for a namespace that is nobody's
 */
export function ownerOfNamespace(name: string): string | undefined {
    if (Object.hasOwn(OWN, name)) {
        return OWN[name];
    }
    if (name.startsWith(tenantNamespace(""))) {
        return "a tenant of Models-as-a-Service";
    }
    if (name.startsWith(WORKSPACES)) {
        return "the workspaces of a user";
    }
    if (releases.some((release: Release) => recordOf(release).apiNamespace === name)) {
        return "the MaaS API";
    }
    const operator = operatorPackages.find((pkg) => operatorEntry(releases[0], pkg).namespace === name);
    if (operator !== undefined) {
        return `the operator ${operator}`;
    }
    return RESERVED.test(name) ? "OpenShift" : undefined;
}
