import * as pulumi from "@pulumi/pulumi";

import { describedBy } from "../../components/component";

describe("the inputs that describe a component", () => {
    it("are the plain values of its arguments", () => {
        const args = { name: "a", replicas: 2, existing: false, zones: ["x", "y"], node: { labels: { app: "a" } }, none: [] };
        expect(describedBy({ ...args, tiers: new Set(["free"]) })).toEqual({ ...args, tiers: ["free"] });
    });

    it("keep outputs, so that a secret stays one", () => {
        const password = pulumi.secret("hidden");
        expect(describedBy({ database: { password } })).toEqual({ database: { password } });
    });

    it("are no functions, Maps or class instances, and nothing that is undefined", () => {
        expect(
            describedBy({
                check: () => undefined,
                workers: new Map([["a", "b"]]),
                hook: new Date(0),
                rotation: undefined,
                nested: { hook: () => undefined },
                hooks: [() => undefined],
                kept: { name: "a", connect: () => undefined },
            }),
        ).toEqual({ kept: { name: "a" } });
        expect(describedBy({})).toEqual({});
    });
});
