using Microsoft.Extensions.Configuration;

namespace Serverless.Local.Storage;

/// <summary>Which storage account the settings name: <c>AzureWebJobsStorage</c> in the environment or local.settings.json.</summary>
/// <param name="NamesAccount">False when an emulator is to be used.</param>
internal sealed record StorageSetting(bool NamesAccount)
{
    public const string Name = "AzureWebJobsStorage";
    public const string Development = "UseDevelopmentStorage=true";

    private static readonly string[] IdentityParts = ["accountName", "blobServiceUri"];

    /// <param name="appRoot">Where local.settings.json lies, if there is one.</param>
    public static StorageSetting Read(string appRoot) => Read(LocalSettings.Read(appRoot));

    internal static StorageSetting Read(IConfiguration settings)
    {
        var connection = settings[Name];
        var isAccount = !string.IsNullOrWhiteSpace(connection)
            && !string.Equals(connection.Trim().TrimEnd(';'), Development, StringComparison.OrdinalIgnoreCase);
        var isIdentity = IdentityParts.Any(part => !string.IsNullOrEmpty(settings[$"{Name}:{part}"]));
        return new StorageSetting(isAccount || isIdentity);
    }
}
