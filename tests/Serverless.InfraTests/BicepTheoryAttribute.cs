namespace Serverless.InfraTests;

/// <summary>A table of tests that need the Bicep compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = BicepCompiler.Absent;
}
