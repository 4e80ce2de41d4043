/** What the settings of gateways and limits come to in the real program. */
import { parse } from "yaml";

import type { Draft } from "../settings";
import { byName, kinds, run } from "./support";

it("models have the address that the settings give, in lists", async () => {
    const deployment = await run((s) => (s.models[0].endpointOverride = "https://ai.example.com/gpt"));
    expect(byName(deployment, "model-gpt-oss-20b-published").inputs["spec"].endpointOverride).toBe("https://ai.example.com/gpt");
});

describe("the gateway", () => {
    it("has a listener and a Route for each host, and one certificate for all of them", async () => {
        const deployment = await run((s) => {
            s.gateway = {
                additionalHosts: [{ host: "inference.maas.apps.cluster.example.com" }],
                issuer: { name: "local-ca" },
                allowedRoutes: "label",
                replicas: 2,
                memoryGiB: 2,
            };
        });
        const hosts = ["maas.apps.cluster.example.com", "inference.maas.apps.cluster.example.com"];
        const gateway = byName(deployment, "maas-gateway-gateway");
        const { listeners } = gateway.inputs["spec"];
        expect(listeners.map((l: Draft) => l.hostname)).toEqual(hosts);
        expect(new Set(listeners.map((l: Draft) => l.tls.certificateRefs[0].name))).toEqual(new Set(["maas-gateway-tls"]));
        expect(kinds(deployment, "Route").map((r) => r.inputs["spec"].host)).toEqual(hosts);
        expect(new Set(kinds(deployment, "Route").map((r) => r.inputs["spec"].tls.termination))).toEqual(
            new Set(["passthrough"]),
        );
        const certificate = byName(deployment, "maas-gateway-certificate");
        expect(certificate.inputs["spec"]).toMatchObject({ secretName: "maas-gateway-tls", dnsNames: hosts });
        expect(deployment.happensAfter(gateway, certificate)).toBe(true);
        expect(parse(byName(deployment, "maas-gateway-parameters").inputs["data"].deployment as string)).toEqual({
            spec: {
                replicas: 2,
                template: { spec: { containers: [{ name: "istio-proxy", resources: { limits: { memory: "2Gi" } } }] } },
            },
        });
        // The label that the listeners ask for is on every namespace whose routes attach.
        expect(listeners[0].allowedRoutes.namespaces.selector.matchLabels).toEqual({
            "maas.opendatahub.io/gateway-access": "true",
        });
        for (const namespace of ["applications", "models"]) {
            expect(byName(deployment, namespace).inputs["metadata"].labels).toMatchObject({
                "maas.opendatahub.io/gateway-access": "true",
            });
        }
    });

    it("behind a router that encrypts anew, shows the certificate that the service CA writes for it", async () => {
        const deployment = await run((s) => (s.gateway = { exposure: "reencrypt" }));
        const [listener, ...others] = byName(deployment, "maas-gateway-gateway").inputs["spec"].listeners;
        expect(others).toEqual([]);
        expect(listener.hostname).toBeUndefined();
        const secret = listener.tls.certificateRefs[0].name as string;
        expect(byName(deployment, "maas-gateway-parameters").inputs["data"].service).toContain(
            `service.beta.openshift.io/serving-cert-secret-name: "${secret}"`,
        );
        expect(secret).not.toBe("router-certs-default");
        expect(kinds(deployment, "Route").map((r) => r.inputs["spec"].tls)).toEqual([
            { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" },
        ]);
    });

    it("without hosts on listeners answers all with one certificate, and tells the addresses of its models", async () => {
        const deployment = await run((s) => {
            s.gateway = {
                hostnames: false,
                additionalHosts: [{ host: "models.apps.cluster.example.com" }],
                allowedRoutes: "all",
            };
        });
        const [listener, ...others] = byName(deployment, "maas-gateway-gateway").inputs["spec"].listeners;
        expect([others, listener.hostname, listener.allowedRoutes]).toEqual([[], undefined, { namespaces: { from: "All" } }]);
        expect(kinds(deployment, "Route")).toHaveLength(2);
        expect(byName(deployment, "model-gpt-oss-20b-published").inputs["spec"].endpointOverride).toBe(
            "https://maas.apps.cluster.example.com/maas/gpt-oss-20b",
        );
    });

    it("of OpenShift AI's class waits until its operator has made that, and Routes lead to its Service", async () => {
        const deployment = await run((s) => (s.gateway = { className: "data-science-gateway-class" }));
        const gateway = byName(deployment, "maas-gateway-gateway");
        expect(gateway.inputs["spec"].gatewayClassName).toBe("data-science-gateway-class");
        expect(deployment.happensAfter(gateway, byName(deployment, "gateway-class-made"))).toBe(true);
        expect(
            deployment.happensAfter(
                byName(deployment, "gateway-class-made"),
                byName(deployment, "operator-rhods-operator-installed"),
            ),
        ).toBe(true);
        expect(kinds(deployment, "Route").map((r) => r.inputs["spec"].to.name)).toEqual([
            "maas-default-gateway-data-science-gateway-class",
        ]);
    });

    it("with a load balancer has no Route, and a record for its host", async () => {
        const deployment = await run((s) => {
            s.gateway = { exposure: "loadBalancer", loadBalancer: { hostedZoneId: "Z0123456789ABC", internal: true } };
        });
        expect(kinds(deployment, "Route")).toEqual([]);
        const [record] = kinds(deployment, "Record");
        expect(record!.inputs).toMatchObject({ zoneId: "Z0123456789ABC", name: "maas.apps.cluster.example.com", type: "CNAME" });
        const { service } = byName(deployment, "maas-gateway-parameters").inputs["data"];
        expect(parse(service)).toEqual({
            metadata: {
                annotations: {
                    "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
                    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
                },
            },
            spec: { type: "LoadBalancer" },
        });
    });

    it("lets nobody call before it is seen to speak TLS to Authorino", async () => {
        const deployment = await run(() => undefined);
        const filter = byName(deployment, "maas-gateway-authorino-tls");
        expect(filter.inputs["data"].object).toBe("EnvoyFilter openshift-ingress/maas-default-gateway-authn-ssl");
        expect(deployment.happensAfter(filter, byName(deployment, "openshift-ai-components"))).toBe(true);
        expect(deployment.happensAfter(byName(deployment, "tier-free-subscription"), filter)).toBe(true);
        expect(deployment.happensAfter(byName(deployment, "tier-free-auth-policy"), filter)).toBe(true);
    });
});

describe("limits", () => {
    it("close when they cannot be counted, and keep their counters in Redis", async () => {
        const deployment = await run((s) => {
            s.connectivityLink = {
                authorino: { replicas: 2 },
                limitador: { replicas: 2, telemetry: "exhaustive", headers: true, storage: { secret: "redis", cached: true } },
            };
        });
        const env = byName(deployment, "operator-rhcl-operator-subscription").inputs["spec"].config.env as Draft[];
        expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toEqual({
            AUTH_SERVICE_FAILURE_MODE: "deny",
            AUTH_SERVICE_TIMEOUT: "2s",
            RATELIMIT_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_CHECK_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_REPORT_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_SERVICE_TIMEOUT: "2s",
            RATELIMIT_CHECK_SERVICE_TIMEOUT: "2s",
            RATELIMIT_REPORT_SERVICE_TIMEOUT: "2s",
        });
        const limitador = byName(deployment, "connectivity-link-limitador");
        expect(limitador.inputs["spec"]).toEqual({
            replicas: 2,
            pdb: { maxUnavailable: 1 },
            telemetry: "exhaustive",
            rateLimitHeaders: "DRAFT_VERSION_03",
            storage: { "redis-cached": { configSecretRef: { name: "redis" } } },
        });
        expect(deployment.happensAfter(limitador, byName(deployment, "connectivity-link-limitador-storage"))).toBe(true);
        expect(byName(deployment, "connectivity-link-authorino-tls").inputs["spec"].replicas).toBe(2);
        expect(deployment.happensAfter(byName(deployment, "openshift-ai-components"), limitador)).toBe(true);
    });

    it("of time hold for all three services of Limitador", async () => {
        const deployment = await run((s) => (s.connectivityLink = { limitTimeout: "3s" }));
        const env = byName(deployment, "operator-rhcl-operator-subscription").inputs["spec"].config.env as Draft[];
        expect(env.filter(({ value }) => value === "3s").map(({ name }) => name)).toEqual([
            "RATELIMIT_SERVICE_TIMEOUT",
            "RATELIMIT_CHECK_SERVICE_TIMEOUT",
            "RATELIMIT_REPORT_SERVICE_TIMEOUT",
        ]);
    });

    it("are scraped by the Prometheus of user workloads, and Kuadrant makes no monitors where that is not wanted", async () => {
        const kuadrant = async (change: (s: Draft) => unknown): Promise<Draft> =>
            byName(await run(change), "connectivity-link-kuadrant");
        expect((await kuadrant(() => undefined)).inputs["spec"]).toEqual({ observability: { enable: true } });
        expect((await kuadrant((s) => (s.connectivityLink = { monitors: false }))).inputs["spec"]).toEqual({
            observability: { enable: false },
        });
        const namespace = byName(await run(() => undefined), "operator-rhcl-operator-namespace").inputs["metadata"];
        expect(namespace.labels).toBeUndefined();
    });

    it("are behind a cluster's proxy, of which downloads of models are told where the release lets them know", async () => {
        const model = async (release: string): Promise<any> =>
            byName(
                await run((s) => {
                    s.release = release;
                    s.cluster.proxy = { https: "http://proxy.example.com:3128" };
                    s.models[0].source = "hf://openai/gpt-oss-20b";
                }),
                "model-gpt-oss-20b-service",
            ).inputs["spec"];
        const { template, router } = await model("3.5");
        for (const { initContainers } of [template, router.scheduler.template]) {
            expect(initContainers[0].env).toContainEqual({ name: "HTTPS_PROXY", value: "http://proxy.example.com:3128" });
        }
        expect(JSON.stringify(await model("3.4"))).not.toContain("PROXY");
    });

    it("open when they cannot be counted only where that is asked for, and authorization not even then", async () => {
        const deployment = await run((s) => (s.connectivityLink = { failClosed: false }));
        const env = byName(deployment, "operator-rhcl-operator-subscription").inputs["spec"].config.env as Draft[];
        expect(env.filter(({ value }) => value === "allow").map(({ name }) => name)).toEqual([
            "RATELIMIT_SERVICE_FAILURE_MODE",
            "RATELIMIT_CHECK_SERVICE_FAILURE_MODE",
            "RATELIMIT_REPORT_SERVICE_FAILURE_MODE",
        ]);
        expect(env).toContainEqual({ name: "AUTH_SERVICE_FAILURE_MODE", value: "deny" });
    });

    it("close paths that no caller may use, also where no tier limits requests", async () => {
        const deployment = await run((s) => s.tiers.forEach((tier: Draft) => delete tier.requests));
        const { limits } = kinds(deployment, "RateLimitPolicy")[0]!.inputs["spec"];
        expect(Object.keys(limits)).toEqual(["forged_path", "internal_api"]);
    });

    it("leave Limitador alone when nothing is asked of it", async () => {
        const deployment = await run(() => undefined);
        expect(kinds(deployment, "LimitadorPatch")).toEqual([]);
    });
});
