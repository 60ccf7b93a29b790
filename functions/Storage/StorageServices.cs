using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Serverless.Storage;

/// <summary>Registers the storage clients.</summary>
internal static class StorageServices
{
    /// <summary>Adds the clients as singletons, made at their first use.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        // Refused at the start, not at the first file.
        StorageClients.ListFurther(configuration);
        services.TryAddSingleton(_ => StorageClients.CreateBlobs(configuration));
        services.TryAddSingleton(_ => StorageClients.CreateTables(configuration));
        services.TryAddSingleton(
            provider => StorageClients.CreateAccounts(configuration, provider.GetRequiredService<BlobServiceClient>()));
        services.TryAddSingleton(provider => new Containers(provider.GetRequiredService<BlobAccounts>()));
        // A store asks for its table by the table's name.
        services.AddKeyedSingleton(
            KeyedService.AnyKey, (provider, name) => new LazyTable(
                provider.GetRequiredService<TableServiceClient>(), (string)name!,
                provider.GetServices<TableForm>().SingleOrDefault(form => form.Table == (string)name!),
                provider.GetService<TimeProvider>()));
        return services;
    }
}
