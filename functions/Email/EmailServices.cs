using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.Email.Recipients;
using Serverless.Email.Sending;
using Serverless.Email.Templates;
using Serverless.Jobs;
using Serverless.Storage;

namespace Serverless.Email;

/// <summary>Registers what mail needs.</summary>
internal static class EmailServices
{
    /// <summary>Adds mail; storage and the mail server are reached at the first use, not here.</summary>
    public static IServiceCollection AddEmail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EmailSettings>().Bind(configuration.GetSection("Mail")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SmtpSettings>().Bind(configuration.GetSection("Smtp")).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<TemplateStore>()
            .AddSingleton<SmtpTransport>()
            .AddSingleton(ChooseTransport)
            .AddSingleton<Mailer>()
            .AddSingleton<SuppressionList>()
            .AddSingleton(MailJobStore.Form)
            .AddSingleton<MailJobStore>()
            .AddSingleton<MailLedger>()
            .AddSingleton<MailPlans>()
            .AddSingleton<MailPlanner>()
            .AddSingleton<MailJobStarter>()
            .AddSingleton<MailJobFollower>()
            .AddSingleton<IJobKind>(p => p.GetRequiredService<MailJobFollower>())
            .AddSingleton<MailJobReader>()
            .AddSingleton<MailJobControl>()
            .AddSingleton<MailPurge>()
            .AddSingleton<BatchSender>();
    }

    private static IMailTransport ChooseTransport(IServiceProvider provider)
    {
        if (provider.GetRequiredService<IOptions<SmtpSettings>>().Value.Host is { Length: > 0 })
            return provider.GetRequiredService<SmtpTransport>();
        return provider.GetRequiredService<IOptions<EmailSettings>>().Value.Folder is { Length: > 0 } folder
            ? new FolderTransport(folder)
            : new ContainerTransport(provider.GetRequiredService<Containers>());
    }
}
