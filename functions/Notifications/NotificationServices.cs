using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Notifications.Webhooks;
using Serverless.Timers;

namespace Serverless.Notifications;

/// <summary>Registers what notifications need.</summary>
internal static class NotificationServices
{
    /// <summary>Adds notifications; storage and receivers are reached at the first use, not here.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NotificationSettings>().Bind(configuration.GetSection("Notifications")).ValidateDataAnnotations()
            .ValidateOnStart();
        return services
            .AddSingleton<WebhookConnections>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<NotificationStore>()
            .AddTimedWork<NotificationDrain>();
    }
}
