/** What of a gateway's proxy and of Limitador can be sized, as the real program sends it. */
import { parse } from "yaml";

import { type Draft, problemsOf, shipped } from "../settings";
import { byName, run } from "./support";

it("a gateway's proxy gets the CPU, the memory and the requests of the settings", async () => {
    const deployment = await run((s) => {
        s.gateway = { replicas: 2, memoryGiB: 2, cpu: 3, requests: { cpu: "500m", memory: "512Mi" } };
    });
    expect(parse(byName(deployment, "maas-gateway-parameters").inputs["data"].deployment)).toEqual({
        spec: {
            replicas: 2,
            template: {
                spec: {
                    containers: [
                        {
                            name: "istio-proxy",
                            resources: { limits: { cpu: "3", memory: "2Gi" }, requests: { cpu: "500m", memory: "512Mi" } },
                        },
                    ],
                },
            },
        },
    });
});

describe("Limitador", () => {
    const limitador = async (settings: Draft): Promise<Draft> => {
        const deployment = await run((s) => (s.connectivityLink = { limitador: settings }));
        return { deployment, spec: byName(deployment, "connectivity-link-limitador").inputs["spec"] };
    };

    it("counts on a disk of its own, which grows with the settings", async () => {
        const { deployment, spec } = await limitador({ disk: { volumeGiB: 4, storageClass: "gp3-csi", optimize: "disk" } });
        expect(spec.storage).toEqual({
            disk: {
                optimize: "disk",
                persistentVolumeClaim: { resources: { requests: "4Gi" }, storageClassName: "gp3-csi" },
            },
        });
        expect(byName(deployment, "connectivity-link-limitador-volume").inputs["data"]).toMatchObject({
            namespace: "kuadrant-system",
            claims: "limitador-limitador",
            storage: "4Gi",
        });
    });

    it("writes to Redis in batches as the settings say, and gets their resources beside the product's", async () => {
        const { spec } = await limitador({
            storage: {
                secret: "redis",
                cached: true,
                flushMilliseconds: 500,
                batchSize: 200,
                maxCached: 50_000,
                responseMilliseconds: 100,
            },
            limits: { memory: "256Mi" },
        });
        expect(spec.storage["redis-cached"].options).toEqual({
            "flush-period": 500,
            "batch-size": 200,
            "max-cached": 50_000,
            "response-timeout": 100,
        });
        expect(spec.resourceRequirements).toEqual({
            requests: { cpu: "250m", memory: "32Mi" },
            limits: { cpu: "500m", memory: "256Mi" },
        });
    });

    it.each([
        [{ disk: {}, replicas: 2 }, "connectivityLink.limitador.replicas: a disk belongs to one replica, got 2"],
        [{ disk: {}, storage: { secret: "redis" } }, "connectivityLink.limitador.disk: counters are either in Redis"],
        [
            { storage: { secret: "redis", maxCached: 5 } },
            "connectivityLink.limitador.storage.maxCached: applies only to cached storage",
        ],
    ])("refuses %j", (limits, problem) => {
        const problems = problemsOf(shipped("code-assistant", (s) => (s["connectivityLink"] = { limitador: limits })));
        expect(problems).toEqual([expect.stringContaining(problem)]);
    });
});
