/** The objects that a stack expects for its logins: authorities of providers, and External Secrets of the community. */
import { EXPECTED_AUTHORITY, EXPECTED_EXTERNAL_SECRETS, EXPECTED_LABEL } from "../../catalogue/records";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { base64, clusterAuthority } from "../certificates";
import type { Definitions } from "../definitions";
import { K } from "../kind-names";
import { type Controller, isTrue, keyOf, splitKey, type World } from "../world";

/** The OLM package whose definitions the community's chart brings as well. */
const PACKAGE = "openshift-external-secrets-operator";
const CONTROLLER = "external-secrets";
const CERTIFIER = "external-secrets-cert-controller";
const DEPLOYMENTS = [CONTROLLER, "external-secrets-webhook", CERTIFIER];

/** Whether controllers of External Secrets run that no operator has brought. */
export function communityRuns(world: World): boolean {
    return (
        world.operator(PACKAGE) === undefined &&
        world.all(K.Deployment).some((deployment) => deployment.metadata.name === CONTROLLER && isTrue(deployment, "Available"))
    );
}

const expects = (record: KubeObject | undefined, what: string): boolean =>
    record !== undefined && record.metadata.labels?.[EXPECTED_LABEL] === what;

/** Plays who puts the authority of an identity provider into the cluster. `not-ready:ConfigMap/<name>` leaves it out. */
export class GivenAuthorities implements Controller {
    readonly name = "given-authorities";
    readonly watches: Controller["watches"] = {
        [K.ConfigMap]: (record) => (expects(record, EXPECTED_AUTHORITY) ? [keyOf(record)] : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string): Promise<void> {
        const record = this.world.get(K.ConfigMap, ...splitKey(key))?.data as Record<string, string> | undefined;
        const { namespace = "", configMap = "", key: entry = "" } = record ?? {};
        if (record !== undefined && this.world.faults.notReady("ConfigMap", configMap) === undefined) {
            await this.world.ensure({
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: configMap, namespace },
                data: { [entry]: clusterAuthority().cert },
            });
        }
    }
}

/** Plays who has installed the community's chart. `not-ready:Deployment/external-secrets` leaves it out. */
export class GivenExternalSecrets implements Controller {
    readonly name = "given-external-secrets";
    readonly watches: Controller["watches"] = {
        [K.ConfigMap]: (record) => (expects(record, EXPECTED_EXTERNAL_SECRETS) ? [keyOf(record)] : []),
    };

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {}

    async reconcile(key: string): Promise<void> {
        const record = this.world.get(K.ConfigMap, ...splitKey(key))?.data as Record<string, string> | undefined;
        if (record === undefined || this.world.faults.notReady("Deployment", CONTROLLER) !== undefined) {
            return;
        }
        const namespace = record["namespace"]!;
        await this.world.ensure({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        await this.definitions.bring(PACKAGE);
        for (const name of DEPLOYMENTS) {
            const labels = { "app.kubernetes.io/name": name };
            await this.world.ensure({
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name, namespace, labels },
                spec: {
                    replicas: 1,
                    selector: { matchLabels: labels },
                    template: {
                        metadata: { labels },
                        spec: { containers: [{ name: "main", image: "ghcr.io/external-secrets/external-secrets:v0.20.4" }] },
                    },
                },
            });
        }
    }
}

/** The label by which the chart's certificate controller knows the webhooks that it has trusted. */
const OF_THE_CHART = { key: "external-secrets.io/component", value: "webhook" };

/** Plays the certificate controller of External Secrets: once it runs, the webhooks of the chart are trusted. */
export class TrustedWebhooks implements Controller {
    readonly name = "trusted-webhooks";
    readonly watches: Controller["watches"] = {
        [K.Deployment]: ({ metadata: { name } }) =>
            name === CERTIFIER ? this.world.all(K.ValidatingWebhookConfiguration).filter(isOfTheChart).map(keyOf) : [],
        [K.ValidatingWebhookConfiguration]: (configuration) => (isOfTheChart(configuration) ? [keyOf(configuration)] : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string): Promise<void> {
        const configuration = this.world.get(K.ValidatingWebhookConfiguration, ...splitKey(key));
        const runs = this.world.all(K.Deployment).some((d) => d.metadata.name === CERTIFIER && isTrue(d, "Available"));
        const webhooks = (configuration?.["webhooks"] ?? []) as { clientConfig: { caBundle?: string } }[];
        if (configuration !== undefined && runs && webhooks.some(({ clientConfig }) => !clientConfig.caBundle)) {
            const caBundle = base64(clusterAuthority().cert);
            await this.world.patch(configuration, {
                webhooks: webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } })),
            });
        }
    }
}

const isOfTheChart = ({ metadata }: KubeObject): boolean => metadata.labels?.[OF_THE_CHART.key] === OF_THE_CHART.value;
