using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Workflows.Approvals;

/// <summary>Registers what approvals need.</summary>
internal static class ApprovalServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddApprovals(this IServiceCollection services) => services
        .AddSingleton<ApprovalKey>()
        .AddSingleton<ApprovalLink>()
        .AddSingleton<ApprovalStore>();
}
