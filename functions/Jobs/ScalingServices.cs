using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>Registers what sizes work.</summary>
internal static class ScalingServices
{
    /// <summary>Adds the measured speeds.</summary>
    public static IServiceCollection AddScaling(this IServiceCollection services) =>
        services.AddSingleton(p => new MeasuredSpeeds(new LazyTable(p.GetRequiredService<TableServiceClient>(), MeasuredSpeeds.TableName)));
}
