import { childName } from "../../catalogue/childName";

test.each([
    ["qwen", "-kserve", "qwen-kserve"],
    ["f".repeat(52), "-deployment", `${"f".repeat(52)}-deployment`],
    // The values of knative's own test. Source: knative/pkg@v0.0.0-20250117084104-c43477f0052b:kmeta/names_test.go
    ["f".repeat(63), "-deployment", "ffffffffffffffffffff105d7597f637e83cc711605ac3ea4957-deployment"],
])("the child of %s with suffix %s", (parent, suffix, name) => {
    expect(childName(parent, suffix)).toBe(name);
    expect(childName(parent, suffix).length).toBeLessThanOrEqual(63);
});

it("two long names with one beginning stay two", () => {
    const [a, b] = ["a", "b"].map((end) => childName("f".repeat(60) + end, "-kserve"));
    expect(a).toHaveLength(63);
    expect(a).not.toBe(b);
});
