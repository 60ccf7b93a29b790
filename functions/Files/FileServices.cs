using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Files;

/// <summary>Registers what files need.</summary>
internal static class FileServices
{
    /// <summary>Adds the files and their settings.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FileSettings>().Bind(configuration.GetSection("Files")).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<FileStore>().AddSingleton<FileUploads>();
    }
}
