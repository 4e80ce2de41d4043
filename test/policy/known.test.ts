import * as policy from "@pulumi/policy";

import { known, UNKNOWN as MARK } from "../../policy/known";
import { UNKNOWN } from "./cases/case";

const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy<T extends object>(target: T): T };
const read = (props: Record<string, unknown>): ReturnType<typeof known> => known(unknownCheckingProxy(props));

const pod = read({
    metadata: { name: UNKNOWN, namespace: "n" },
    spec: { containers: [{ image: "a" }, { image: UNKNOWN }, UNKNOWN], volumes: [] },
    data: UNKNOWN,
});

describe("what is known of a resource", () => {
    it("is known beside what is not", () => {
        expect(pod.value).toEqual({
            metadata: { name: undefined, namespace: "n" },
            spec: { containers: [{ image: "a" }, { image: undefined }, undefined], volumes: [] },
            data: undefined,
        });
    });
    it("can be told from what is left out", () => {
        expect(pod.marked).toEqual({
            metadata: { name: MARK, namespace: "n" },
            spec: { containers: [{ image: "a" }, { image: MARK }, MARK], volumes: [] },
            data: MARK,
        });
    });
    it("is a copy", () => {
        const props = { metadata: { labels: {} } };
        expect(known(props).value).toEqual(props);
        expect(known(props).value["metadata"]).not.toBe(props.metadata);
    });

    it.each<[(string | number)[], boolean, boolean]>([
        [["metadata", "name"], true, true],
        [["metadata", "namespace"], false, false],
        [["metadata"], false, true],
        [["spec", "containers", 0], false, false],
        [["spec", "containers", 1], false, true],
        [["spec", "containers", 1, "image"], true, true],
        [["spec", "containers", 2, "image"], true, true],
        [["spec", "containers"], false, true],
        [["spec", "volumes"], false, false],
        [["spec", "replicas"], false, false],
        [["data", "key", "part"], true, true],
        [[], false, true],
    ])("at %j: unknown %j, in it %j", (path, at, inside) => {
        expect([pod.unknownAt(path), pod.unknownIn(path)]).toEqual([at, inside]);
    });

    it("is everything, where nothing is unknown", () => {
        const all = read({ metadata: { name: "a" } });
        expect([all.unknownAt(["metadata", "name"]), all.unknownIn([])]).toEqual([false, false]);
        expect(all.marked).toEqual(all.value);
    });
    it("is not taken from an object that fails otherwise", () => {
        const props = {
            get metadata() {
                throw new TypeError("broken");
            },
        };
        expect(() => known(props)).toThrow("broken");
    });
});
