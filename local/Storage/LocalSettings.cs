using Microsoft.Extensions.Configuration;

namespace Serverless.Local.Storage;

/// <summary>App settings as the host reads them: local.settings.json, and the environment, which wins.</summary>
internal static class LocalSettings
{
    /// <param name="appRoot">Where local.settings.json lies, if there is one.</param>
    public static IConfiguration Read(string appRoot)
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(appRoot, "local.settings.json"), optional: true).Build();

        // A section is written in a name with two underscores there, as in the environment.
        var values = file.GetSection("Values").GetChildren().Select(
            value => KeyValuePair.Create(value.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), value.Value));
        return new ConfigurationBuilder().AddInMemoryCollection(values).AddEnvironmentVariables().Build();
    }
}
