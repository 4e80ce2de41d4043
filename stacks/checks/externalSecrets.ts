/** Checks the rendered chart of External Secrets that the stack installs. */
import { EXTERNAL_SECRETS } from "../../catalogue/identity";
import { type Manifest, nameOf, readManifests } from "../manifests";
import { externalSecretsSchema } from "../schema/identity";
import type { SettingsProblem } from "../problem";

const AT = "identity.externalSecrets.manifests";
const NEEDED_KINDS = ["clustersecretstores.external-secrets.io", "externalsecrets.external-secrets.io"];

interface Secured {
    readonly securityContext?: Readonly<Record<string, unknown>>;
}

interface PodSpec extends Secured {
    readonly containers?: readonly Secured[];
    readonly initContainers?: readonly Secured[];
}

/**
 * @param given the value of `maas:settings`, which may not match the schema
 * @param folder the folder of Pulumi.yaml, to which the file's path is relative
 */
export function externalSecretsProblems(given: unknown, folder: string): SettingsProblem[] {
    const { identity } = given as { identity?: { externalSecrets?: unknown } | null };
    const { operator, namespace, manifests: file } = externalSecretsSchema.safeParse(identity?.externalSecrets).data ?? {};
    if (file === undefined) {
        return [];
    }
    if (operator !== "community") {
        return [{ path: AT, message: "has no effect, because OLM installs operator red-hat; expected operator: community" }];
    }
    const { objects, problems } = readManifests(file, folder);
    return [...problems, ...(objects.length === 0 ? [] : chartProblems(objects, namespace!))].map((message) => ({
        path: AT,
        message: `${JSON.stringify(file)} ${message}`,
    }));
}

function chartProblems(objects: readonly Manifest[], namespace: string): string[] {
    const named = (kind: string, name: string): Manifest | undefined =>
        objects.find((object) => object.kind === kind && object.metadata.name === name);
    const deployments = objects.filter(({ kind }) => kind === "Deployment");
    return [
        ...NEEDED_KINDS.filter((name) => !serves(named("CustomResourceDefinition", name))).map(
            (name) =>
                `has no CustomResourceDefinition ${name} that serves ${EXTERNAL_SECRETS.served}; expected a chart of version 0.17 or later, rendered with --set installCRDs=true`,
        ),
        ...EXTERNAL_SECRETS.controllers
            .filter((name) => named("Deployment", name) === undefined)
            .map(
                (name) =>
                    `has no Deployment ${name}; expected the chart external-secrets, rendered as the release external-secrets`,
            ),
        ...deployments
            .filter(({ metadata }) => metadata.namespace !== undefined && metadata.namespace !== namespace)
            .map(
                (object) =>
                    `has ${nameOf(object)} in another namespace than identity.externalSecrets.namespace, ${JSON.stringify(namespace)}`,
            ),
        ...deployments
            .filter(hasFixedUser)
            .map(
                (object) =>
                    `has ${nameOf(object)} with runAsUser or fsGroup, which OpenShift refuses; expected a chart rendered with --set global.compatibility.openshift.adaptSecurityContext=force`,
            ),
    ];
}

function serves(definition: Manifest | undefined): boolean {
    const { versions = [] } = (definition?.["spec"] ?? {}) as { versions?: readonly { name?: string; served?: boolean }[] };
    return versions.some((version) => version.name === EXTERNAL_SECRETS.served && version.served === true);
}

function hasFixedUser({ spec }: Manifest): boolean {
    const pod = (spec as { template?: { spec?: PodSpec } } | undefined)?.template?.spec ?? {};
    return [pod, ...(pod.containers ?? []), ...(pod.initContainers ?? [])].some(
        ({ securityContext = {} }) => "runAsUser" in securityContext || "fsGroup" in securityContext,
    );
}
