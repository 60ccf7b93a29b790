using System.Globalization;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace Serverless.Storage;

/// <summary>
/// Makes the app's storage clients from the settings that the Functions host itself reads, or from settings of their own: files and tables
/// may lie in other accounts than what the host and Durable Functions keep, which then does not share their limits.
/// </summary>
internal static class StorageClients
{
    private const string HostSetting = "AzureWebJobsStorage";
    private const string DataSetting = "DataStorage";
    private const string TableSetting = "TableStorage";
    private const string FurtherSetting = "DataAccounts";

    /// <summary>
    /// From the connection string in <c>DataStorage</c>, else from <c>DataStorage__blobServiceUri</c> or <c>__accountName</c> with the
    /// app's identity (<c>__clientId</c> names a user-assigned one); where nothing is set, from the same of <c>AzureWebJobsStorage</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">None of these settings is there.</exception>
    public static BlobServiceClient CreateBlobs(IConfiguration configuration) =>
        CreateBlobs(configuration, Choose(configuration, DataSetting));

    /// <summary>
    /// The accounts of files: the first as above, and those of <c>DataAccounts__2</c>, <c>DataAccounts__3</c> and so on, each as above.
    /// </summary>
    /// <exception cref="InvalidOperationException">A number is left out, or an account has no settings.</exception>
    public static BlobAccounts CreateAccounts(IConfiguration configuration, BlobServiceClient? first = null) =>
        new([first ?? CreateBlobs(configuration), .. ListFurther(configuration).Select(setting => CreateBlobs(configuration, setting))]);

    /// <summary>The settings of the accounts after the first.</summary>
    /// <exception cref="InvalidOperationException">A number is left out.</exception>
    public static IReadOnlyList<string> ListFurther(IConfiguration configuration)
    {
        var given = configuration.GetSection(FurtherSetting).GetChildren().Select(child => child.Key).ToHashSet(StringComparer.Ordinal);
        var numbers = Enumerable.Range(2, given.Count).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToList();
        return given.SetEquals(numbers) ? [.. numbers.Select(number => $"{FurtherSetting}:{number}")]
            : throw new InvalidOperationException(
                $"The accounts of {FurtherSetting} are numbered from 2 on, the first being DataStorage's: there is " +
                $"{string.Join(", ", given.Order(StringComparer.Ordinal).Select(key => $"{FurtherSetting}__{key}"))}.");
    }

    private static BlobServiceClient CreateBlobs(IConfiguration configuration, string setting)
    {
        var options = new BlobClientOptions();
        SetRetries(options.Retry);
        return configuration[setting] is { Length: > 0 } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(ServiceUri(configuration, setting, "blob"), Credential(configuration, setting), options);
    }

    /// <summary>As <see cref="CreateBlobs"/>, with <c>TableStorage</c> and <c>__tableServiceUri</c>.</summary>
    /// <exception cref="InvalidOperationException">None of these settings is there.</exception>
    public static TableServiceClient CreateTables(IConfiguration configuration)
    {
        var options = new TableClientOptions();
        SetRetries(options.Retry);
        var setting = Choose(configuration, TableSetting);
        return configuration[setting] is { Length: > 0 } connection
            ? new TableServiceClient(connection, options)
            : new TableServiceClient(ServiceUri(configuration, setting, "table"), Credential(configuration, setting), options);
    }

    // A block of a few MiB takes well under a second: a request that hangs is given up early and tried again.
    private static void SetRetries(RetryOptions retry)
    {
        retry.Mode = RetryMode.Exponential;
        retry.MaxRetries = 5;
        retry.Delay = TimeSpan.FromMilliseconds(400);
        retry.MaxDelay = TimeSpan.FromSeconds(15);
        retry.NetworkTimeout = TimeSpan.FromSeconds(60);
    }

    // A section is there when it has a value, or any member.
    private static string Choose(IConfiguration configuration, string own) => configuration.GetSection(own).Exists() ? own : HostSetting;

    private static Uri ServiceUri(IConfiguration configuration, string setting, string service)
    {
        if (configuration[$"{setting}:{service}ServiceUri"] is { Length: > 0 } uri) return new Uri(uri);
        if (configuration[$"{setting}:accountName"] is { Length: > 0 } account)
            return new Uri($"https://{account}.{service}.core.windows.net");
        var name = setting.Replace(":", "__", StringComparison.Ordinal);
        throw new InvalidOperationException(
            $"No storage account: set {name} to a connection string, or {name}__accountName, or {name}__{service}ServiceUri.");
    }

    private static DefaultAzureCredential Credential(IConfiguration configuration, string setting) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration[$"{setting}:clientId"] });
}
