/** When conformance tests run. */
import { isBuilt } from "../../rehearsal/apiserver/build";
import { REQUIRED } from "../rehearsal/apiserver/support";

/** Whether the products' CRDs are there (MAAS_CRDS). */
export const HAS_CRDS = (process.env["MAAS_CRDS"] ?? "") !== "";

/**
 * `describe` where there are the products' CRDs and an API server. Elsewhere the tests are skipped, which is said aloud; where
 * they are required (CI=true, MAAS_REQUIRE_CONFORMANCE=1) they fail instead.
 */
export const describeConformance: jest.Describe =
    HAS_CRDS && (REQUIRED || hasApiServer()) ? describe : REQUIRED ? failing() : skipped();

function hasApiServer(): boolean {
    return isBuilt(process.env) || (process.env["KUBEBUILDER_ASSETS"] ?? "") !== "";
}

function failing(): jest.Describe {
    return ((name: string) =>
        describe(name, () => {
            it("has the products' CRDs", () => {
                throw new Error(
                    "MAAS_CRDS is not set: point it at a folder of the products' CRDs (`npx maas crds download` makes one)",
                );
            });
        })) as unknown as jest.Describe;
}

function skipped(): jest.Describe {
    const why = HAS_CRDS
        ? "there is no API server: set KUBEBUILDER_ASSETS, or build one with `node -r ./typescript rehearsal/apiserver/build.ts`"
        : "MAAS_CRDS is not set: point it at a folder of the products' CRDs (`npx maas crds download` makes one)";
    process.stderr.write(`SKIPPED: conformance: ${why}\n`);
    return describe.skip as unknown as jest.Describe;
}
