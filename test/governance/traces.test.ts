/** Who sends traces of requests in the real program, and to whom. */
import type { Deployment, Registration } from "../deployment";
import type { Draft } from "../settings";
import { byName, kinds, run } from "./support";

describe("requests", () => {
    it("are traced by Authorino and Limitador where traces are kept, and the output says where others send theirs", async () => {
        const deployment = await run((s) => (s.observability = { traces: {} }));
        const endpoint = "rpc://traces-collector.maas-observability.svc:4317";
        expect(byName(deployment, "connectivity-link-authorino-tls").inputs["spec"].tracing).toEqual({
            endpoint,
            insecure: true,
        });
        expect(byName(deployment, "connectivity-link-limitador").inputs["spec"]).toEqual({ tracing: { endpoint } });
    });

    it("are traced by Kuadrant's filter too, from Connectivity Link 1.4 on", async () => {
        const observed = async (change: (settings: Draft) => void): Promise<unknown> =>
            byName(
                await run((s) => {
                    s.observability = { traces: {} };
                    change(s);
                }),
                "connectivity-link-kuadrant",
            ).inputs["spec"].observability;
        const version = (csv: string) => (s: Draft) => (s.operators = { ...s.operators, "rhcl-operator": { csv } });
        expect(await observed(version("rhcl-operator.v1.4.3"))).toEqual({
            enable: true,
            dataPlane: { defaultLevels: [{ info: "true" }], httpHeaderIdentifier: "x-request-id" },
            tracing: { defaultEndpoint: "rpc://traces-collector.maas-observability.svc:4317", insecure: true },
        });
        // Its kind has no such fields before.
        expect(await observed(version("rhcl-operator.v1.3.4"))).toEqual({ enable: true });
        expect(await observed((s) => (version("rhcl-operator.v1.4.3")(s), delete s.observability.traces))).toEqual({
            enable: true,
        });
    });

    it("are traced by the gateways, each under its name, once they are there", async () => {
        const filters = async (change: (settings: Draft) => void): Promise<[Deployment, Registration[]]> => {
            const deployment = await run(change);
            return [deployment, kinds(deployment, "EnvoyFilter")];
        };
        const [deployment, found] = await filters((s) => {
            s.observability = { traces: {} };
            s.gateway = { ...s.gateway, inference: {} };
        });
        expect(found.map(({ inputs }) => [inputs["metadata"].namespace, inputs["metadata"].name]).sort()).toEqual([
            ["openshift-ingress", "maas-default-gateway-traces"],
            ["openshift-ingress", "openshift-ai-inference-traces"],
        ]);
        for (const filter of found) {
            const { targetRefs, configPatches } = filter.inputs["spec"];
            const [cluster, { patch: manager }] = configPatches;
            const [{ name }] = targetRefs;
            expect(manager.value.typed_config.tracing.provider.typed_config.service_name).toBe(name);
            expect(JSON.stringify(cluster)).toContain(
                '"address":"traces-collector.maas-observability.svc.cluster.local","port_value":4317',
            );
            const [gateway] = kinds(deployment, "Gateway").filter(({ inputs }) => inputs["metadata"].name === name);
            expect(deployment.happensAfter(filter, gateway!)).toBe(true);
        }
        const [, ofMonitoring] = await filters((s) => (s.openshiftAi = { monitoring: { traces: {} } }));
        expect(JSON.stringify(ofMonitoring[0]!.inputs["spec"])).toContain(
            "data-science-collector-collector.redhat-ods-monitoring.svc.cluster.local",
        );
        const [, none] = await filters(() => undefined);
        expect(none).toEqual([]);
        const [, notWanted] = await filters((s) =>
            Object.assign(s, { observability: { traces: {} }, gateway: { traces: false } }),
        );
        expect(notWanted).toEqual([]);
    });

    it("are traced with the models behind them; OpenShift AI's monitoring takes the traces where nothing else does", async () => {
        const own = "http://traces-collector.maas-observability.svc:4317";
        const monitoring = "http://data-science-collector-collector.redhat-ods-monitoring.svc:4317";
        const model = async (change: (settings: any) => unknown): Promise<string> =>
            JSON.stringify(byName(await run(change), "model-gpt-oss-20b-service").inputs["spec"]);
        expect(await model((s) => (s.observability = { traces: {} }))).toContain(`--otlp-traces-endpoint=${own}`);
        expect(await model((s) => (s.openshiftAi = { monitoring: { traces: {} } }))).toContain(monitoring);
        const both = await model((s) =>
            Object.assign(s, { observability: { traces: {} }, openshiftAi: { monitoring: { traces: {} } } }),
        );
        expect([both.includes(own), both.includes(monitoring)]).toEqual([true, false]);
        expect(await model(() => undefined)).not.toContain("otlp");
    });

    it("the MaaS API sends traces where the release's does, and somebody takes them", async () => {
        const patches = async (release: string, observability: object): Promise<Draft[]> =>
            kinds(await run((s) => Object.assign(s, { release, observability })), "DeploymentPatch")
                .filter(({ inputs }) => inputs["metadata"].name === "maas-api")
                .map(({ inputs }) => inputs);
        const [patch, ...more] = await patches("3.5", { traces: {} });
        expect(more).toEqual([]);
        expect(patch!["metadata"].namespace).toBe("redhat-ai-gateway-infra");
        expect(patch!["spec"].template.spec).toEqual({
            containers: [
                {
                    name: "maas-api",
                    env: [
                        { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "traces-collector.maas-observability.svc:4317" },
                        { name: "OTEL_EXPORTER_OTLP_INSECURE", value: "true" },
                    ],
                },
            ],
        });
        expect(await patches("3.5", {})).toEqual([]);
        expect(await patches("3.4", { traces: {} })).toEqual([]);
    });
});
