using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace Serverless.Storage;

/// <summary>Makes the app's storage clients from the settings that the Functions host itself reads.</summary>
internal static class StorageClients
{
    private const string Setting = "AzureWebJobsStorage";

    /// <summary>
    /// From the connection string in <c>AzureWebJobsStorage</c>, else from <c>AzureWebJobsStorage__blobServiceUri</c> or
    /// <c>__accountName</c> with the app's identity (<c>__clientId</c> names a user-assigned one).
    /// </summary>
    /// <exception cref="InvalidOperationException">None of these settings is there.</exception>
    public static BlobServiceClient CreateBlobs(IConfiguration configuration)
    {
        var options = new BlobClientOptions();
        SetRetries(options.Retry);
        return configuration[Setting] is { Length: > 0 } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(ServiceUri(configuration, "blob"), Credential(configuration), options);
    }

    /// <summary>As <see cref="CreateBlobs"/>, with <c>__tableServiceUri</c>.</summary>
    /// <exception cref="InvalidOperationException">None of these settings is there.</exception>
    public static TableServiceClient CreateTables(IConfiguration configuration)
    {
        var options = new TableClientOptions();
        SetRetries(options.Retry);
        return configuration[Setting] is { Length: > 0 } connection
            ? new TableServiceClient(connection, options)
            : new TableServiceClient(ServiceUri(configuration, "table"), Credential(configuration), options);
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

    private static Uri ServiceUri(IConfiguration configuration, string service)
    {
        if (configuration[$"{Setting}:{service}ServiceUri"] is { Length: > 0 } uri) return new Uri(uri);
        if (configuration[$"{Setting}:accountName"] is { Length: > 0 } account)
            return new Uri($"https://{account}.{service}.core.windows.net");
        throw new InvalidOperationException(
            $"No storage account: set {Setting} to a connection string, or {Setting}__accountName, or {Setting}__{service}ServiceUri.");
    }

    private static DefaultAzureCredential Credential(IConfiguration configuration) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration[$"{Setting}:clientId"] });
}
