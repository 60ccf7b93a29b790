namespace Serverless.IntegrationTests.Local;

/// <summary>A test that runs the README's curl commands: skipped, and said so, where there is no curl.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CurlFactAttribute : FactAttribute
{
    public CurlFactAttribute()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "curl")))) Skip = "There is no curl on this machine.";
    }
}
