using Serverless.TestSupport;

namespace Serverless.InfraTests.Architecture;

/// <summary>An application has no public types: nobody compiles against it, and both hosts find functions by reflection.</summary>
public sealed class VisibilityTests
{
    [Fact]
    public void Types_OfTheApp_AreInternal()
    {
        // The framework makes the class of top-level statements public; it has no namespace.
        var types = typeof(ServerlessServices).Assembly.GetExportedTypes().Where(t => t.Namespace is not null)
            .Select(t => t.FullName).Order(StringComparer.Ordinal);

        Assert.True(!types.Any(), string.Join('\n', types));
    }

    /// <summary>The generated executor takes internal classes by compiling their call again for each invocation.</summary>
    [Fact]
    public void AzureProject_ForInternalFunctionClasses_RunsThemByTheWorkersOwnExecutor()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Root, "functions", "Serverless.Functions.csproj"));

        Assert.Contains("<FunctionsEnableExecutorSourceGen>false</FunctionsEnableExecutorSourceGen>", project, StringComparison.Ordinal);
    }
}
