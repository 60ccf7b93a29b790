using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Media;

/// <summary>Registers what image tasks need.</summary>
internal static class MediaServices
{
    /// <summary>Adds the settings and the blobs; handlers are discovered.</summary>
    public static IServiceCollection AddMedia(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MediaSettings>().Bind(configuration.GetSection("Media")).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<MediaBlobs>();
    }
}
