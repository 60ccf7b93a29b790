using Serverless.TestSupport;

namespace Serverless.IntegrationTests.AzureWorker;

/// <summary>The build of <c>functions/</c> that Azure would run, with the stand-in for the one package that not every feed has.</summary>
internal static class BuiltWorker
{
    private const string Program = "Serverless.Functions.dll";

    private const string Build = "dotnet build functions/Serverless.Functions.csproj -p:ServiceBusExtension=stand-in";

    private static readonly string Project = System.IO.Path.Combine(Repository.Root, "functions");

    /// <summary>The newest build's program; null when there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>The reason that it cannot be run; null when it can.</summary>
    public static string? Absent { get; } =
        Path is null ? $"The Azure project is not built: {Build}"
        : IsStale(Path) ? $"The Azure project is older than its sources: {Build}" : null;

    private static string? Find() =>
        Directory.Exists(System.IO.Path.Combine(Project, "bin"))
            ? Directory.EnumerateFiles(System.IO.Path.Combine(Project, "bin"), Program, SearchOption.AllDirectories)
                .Where(f => File.Exists(System.IO.Path.ChangeExtension(f, ".runtimeconfig.json"))).MaxBy(File.GetLastWriteTimeUtc)
            : null;

    private static bool IsStale(string program)
    {
        var generated = System.IO.Path.Combine(Project, "obj");
        var sources = Directory.EnumerateFiles(Project, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.StartsWith(generated, StringComparison.Ordinal));
        return sources.Max(File.GetLastWriteTimeUtc) > File.GetLastWriteTimeUtc(program);
    }
}

/// <summary>A test that runs that build.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WorkerFactAttribute : FactAttribute
{
    public WorkerFactAttribute() => Skip = BuiltWorker.Absent;
}
