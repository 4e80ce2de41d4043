import { complaints, warnings } from "../../components/complaints";

describe("what an object says of itself", () => {
    it("is each condition that is not as it should be", () => {
        expect(
            complaints({
                conditions: [
                    { type: "Ready", status: "False", reason: "InvalidProviderConfig", message: "unable to create client" },
                    { type: "Degraded", status: "False" },
                    { type: "Available", status: "True" },
                ],
            }),
        ).toEqual(["Ready=False (InvalidProviderConfig: unable to create client)"]);
    });

    it("is the last warning about it, and of nothing else", () => {
        const event = (message: string, more: object = {}) => ({
            type: "Warning",
            reason: "UpdateFailed",
            message,
            lastTimestamp: "2026-01-01T00:00:00Z",
            involvedObject: { kind: "ExternalSecret", name: "a" },
            ...more,
        });
        expect(
            warnings(
                [
                    event("late", { lastTimestamp: "2026-01-01T00:05:00Z" }),
                    event("early"),
                    event("another's", { involvedObject: { kind: "ExternalSecret", name: "b" } }),
                    event("all is well", { type: "Normal", lastTimestamp: "2026-01-01T00:09:00Z" }),
                ],
                "ExternalSecret",
                "a",
            ),
        ).toEqual(["UpdateFailed: late"]);
        expect(warnings([], "ExternalSecret", "a")).toEqual([]);
    });
});
