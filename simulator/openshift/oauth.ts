/** OpenShift's authentication operator: it brings the identity providers of OAuth/cluster to the oauth server. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { report } from "./openshift";
import { type Controller, type Pass, type World } from "../world";

const CLUSTER_OPERATOR = "config.openshift.io/v1/ClusterOperator";
const OAUTH = "config.openshift.io/v1/OAuth";
const OPERATOR = "authentication";
const FROM = "openshift-config";
const TO = "openshift-authentication";

/** An object in openshift-config that a provider names, and the name of its copy. */
interface Reference {
    readonly kind: "Secret" | "ConfigMap";
    readonly name: string;
    readonly key: string;
    readonly copy: string;
}

interface Provider {
    readonly type?: string;
    readonly htpasswd?: { readonly fileData?: { readonly name: string } };
    readonly openID?: { readonly clientSecret?: { readonly name: string }; readonly ca?: { readonly name: string } };
    readonly ldap?: { readonly bindPassword?: { readonly name: string }; readonly ca?: { readonly name: string } };
}

/**
 * A missing object keeps the last configuration, for all providers; a change of the list, or of an object that it names, is
 * copied and rolled out.
 */
export class OAuthServer implements Controller {
    readonly name = "oauth-server";
    readonly watches: Controller["watches"] = {
        [OAUTH]: () => [OPERATOR],
        [CLUSTER_OPERATOR]: ({ metadata }) => (metadata.name === OPERATOR ? [OPERATOR] : []),
        [K.Secret]: ({ metadata }) => (metadata.namespace === FROM ? [OPERATOR] : []),
        [K.ConfigMap]: ({ metadata }) => (metadata.namespace === FROM ? [OPERATOR] : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(_key: string, pass: Pass): Promise<void> {
        const oauth = this.world.get(OAUTH, "", "cluster");
        const operator = this.world.get(CLUSTER_OPERATOR, "", OPERATOR);
        if (!oauth || !operator) {
            return;
        }
        const providers = (oauth.spec?.identityProviders ?? []) as readonly Provider[];
        const references = providers.flatMap(referencesOf);
        const problem = providers.map(unconfigured).find((p) => p !== undefined) ?? this.missing(references);
        if (problem !== undefined) {
            if (pass.waited("observe", duration("openshift.observe"))) {
                const why = `OAuthServerConfigObservationDegraded: error validating configuration: ${problem}`;
                await this.world.setStatus(operator, { conditions: report(undefined, why) });
            }
            return;
        }
        const text = JSON.stringify([
            providers,
            references.map(({ kind, name }) => this.world.get(K[kind], FROM, name)!.metadata.resourceVersion),
        ]);
        const serving = (operator.status?.extension as { serving?: string } | undefined)?.serving;
        if (serving === undefined) {
            // The configuration with which the cluster was installed.
            await this.world.setStatus(operator, { conditions: report(undefined, undefined), extension: { serving: text } });
            return;
        }
        if (serving !== text) {
            if (!pass.waited("observe", duration("openshift.observe"))) {
                return;
            }
            await this.copy(references);
            const fault = this.world.faults.notReady("ClusterOperator", OPERATOR);
            await this.world.setStatus(operator, {
                conditions: report(
                    fault ?? "OAuthServerDeploymentProgressing: deployment/oauth-openshift is being updated",
                    undefined,
                ),
            });
            if (fault !== undefined || !pass.waited("rollout", duration("openshift.oauth"))) {
                return;
            }
        }
        await this.world.setStatus(operator, { conditions: report(undefined, undefined), extension: { serving: text } });
    }

    private missing(references: readonly Reference[]): string | undefined {
        for (const { kind, name, key } of references) {
            const object = this.world.get(K[kind], FROM, name);
            if (!object) {
                return `${kind.toLowerCase()}s "${name}" not found`;
            }
            if ((object["data"] as Record<string, string> | undefined)?.[key] === undefined) {
                return `error validating ${kind.toLowerCase()} ${FROM}/${name}: missing required key: "${key}"`;
            }
        }
        return undefined;
    }

    /** Data, labels and annotations, as the operator copies them; what no provider names any longer goes. */
    private async copy(references: readonly Reference[]): Promise<void> {
        for (const { kind, name, copy } of references) {
            const { metadata, data } = this.world.get(K[kind], FROM, name)! as KubeObject & { data?: unknown };
            const { labels = {}, annotations = {} } = metadata;
            const existing = this.world.get(K[kind], TO, copy);
            if (existing) {
                await this.world.patch(existing, { metadata: { labels, annotations }, data });
            } else {
                await this.world.ensure({
                    apiVersion: "v1",
                    kind,
                    metadata: { name: copy, namespace: TO, labels, annotations },
                    data,
                });
            }
        }
        const wanted = new Set(references.map(({ kind, copy }) => `${kind}/${copy}`));
        for (const kind of ["Secret", "ConfigMap"] as const) {
            for (const object of this.world.inNamespace(K[kind], TO)) {
                if (object.metadata.name.startsWith("v4-0-config-user-idp-") && !wanted.has(`${kind}/${object.metadata.name}`)) {
                    await this.world.delete(object);
                }
            }
        }
    }
}

function referencesOf({ htpasswd, openID, ldap }: Provider, index: number): Reference[] {
    const copy = (suffix: string): string => `v4-0-config-user-idp-${index}-${suffix}`;
    const wanted: [Reference["kind"], string | undefined, string, string][] = [
        ["Secret", htpasswd?.fileData?.name, "htpasswd", "file-data"],
        ["Secret", openID?.clientSecret?.name, "clientSecret", "client-secret"],
        ["Secret", ldap?.bindPassword?.name, "bindPassword", "bind-password"],
        ["ConfigMap", (openID ?? ldap)?.ca?.name, "ca.crt", "ca"],
    ];
    return wanted.flatMap(([kind, name, key, suffix]) =>
        name === undefined || name === "" ? [] : [{ kind, name, key, copy: copy(suffix) }],
    );
}

/** A provider whose block is not of its type. */
function unconfigured({ type, htpasswd, openID, ldap }: Provider): string | undefined {
    const blocks: Readonly<Record<string, unknown>> = { HTPasswd: htpasswd, OpenID: openID, LDAP: ldap };
    return type !== undefined && type in blocks && blocks[type] === undefined
        ? `type ${type} was specified, but its configuration is missing`
        : undefined;
}
