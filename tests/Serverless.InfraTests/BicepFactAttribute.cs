namespace Serverless.InfraTests;

/// <summary>A test that needs the Bicep compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = BicepCompiler.Absent;
}
